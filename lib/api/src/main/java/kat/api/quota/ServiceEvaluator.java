package kat.api.quota;

import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.SortedSet;
import kat.api.Quantity;
import kat.api.json.JsonObject;

/// Services count for one, for the node ports that they will have, and for a load balancer.
record ServiceEvaluator() implements Evaluator {

    private static final String NODE_PORTS = "services.nodeports";
    private static final String LOAD_BALANCERS = "services.loadbalancers";
    private static final Set<String> NAMES =
            Set.of("count/services", "services", NODE_PORTS, LOAD_BALANCERS);

    @Override
    public SortedSet<String> matching(Collection<String> names) {
        return Evaluator.common(names, NAMES);
    }

    @Override
    public Amounts usage(JsonObject service, Instant now) {
        JsonObject spec = service.object("spec");
        String type = spec.string("type");
        long ports = 0;
        if (type.equals("NodePort")
                || (type.equals("LoadBalancer")
                        && spec.bool("allocateLoadBalancerNodePorts", true))) {
            ports = spec.array("ports").size();
        } else if (type.equals("LoadBalancer")) {
            ports =
                    spec.array("ports").objects().stream()
                            .filter(port -> port.integer("nodePort", 0) != 0)
                            .count();
        }
        return Amounts.of("count/services", Quantity.of(1))
                .with("services", Quantity.of(1))
                .with(NODE_PORTS, Quantity.of(ports))
                .with(LOAD_BALANCERS, Quantity.of(type.equals("LoadBalancer") ? 1 : 0));
    }

    @Override
    public boolean handles(Write write) {
        return write.isWhole();
    }
}
