package kat.proxy;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;

/// What the proxy reads of a Service.
///
/// @param clusterIps of both families; empty when headless or of type ExternalName
/// @param externalIps of both families
/// @param balancerIps addresses of the load balancer that deliver packets unchanged (ipMode VIP)
/// @param sourceRanges who may use `balancerIps`; empty means everyone
/// @param affinitySeconds how long a client stays with its endpoint; 0 means no affinity
/// @param internalLocal whether `internalTrafficPolicy` is Local
/// @param externalLocal whether `externalTrafficPolicy` is Local
/// @param healthPort where load balancers ask for local endpoints; 0 when nowhere
/// @param classless whether its load balancer is of no class: then the node itself is the balancer
record ServiceSpec(
        ObjectKey key,
        List<String> clusterIps,
        List<String> externalIps,
        List<String> balancerIps,
        List<IpRange> sourceRanges,
        List<ServicePort> ports,
        int affinitySeconds,
        boolean internalLocal,
        boolean externalLocal,
        int healthPort,
        boolean classless) {

    private static final String OTHER_PROXY = "service.kubernetes.io/service-proxy-name";
    private static final int AFFINITY_SECONDS = 10_800;

    /// @param protocol `tcp`, `udp` or `sctp`
    /// @param nodePort 0 when there is none
    record ServicePort(String name, String protocol, int port, int nodePort) {}

    ServiceSpec {
        clusterIps = List.copyOf(clusterIps);
        externalIps = List.copyOf(externalIps);
        balancerIps = List.copyOf(balancerIps);
        sourceRanges = List.copyOf(sourceRanges);
        ports = List.copyOf(ports);
    }

    static ServiceSpec of(KubeObject service) {
        return service.view(ServiceSpec.class, ServiceSpec::parse);
    }

    /// Whether there is anything to do for this Service on a node.
    boolean isProxied() {
        return !clusterIps.isEmpty();
    }

    private static ServiceSpec parse(KubeObject service) {
        JsonObject spec = service.spec();
        boolean ours =
                !spec.string("type").equals("ExternalName") && service.label(OTHER_PROXY).isEmpty();
        List<String> clusterIps = spec.array("clusterIPs").strings();
        if (clusterIps.isEmpty()) {
            clusterIps = List.of(spec.string("clusterIP"));
        }
        return new ServiceSpec(
                service.key(),
                ours ? addresses(clusterIps) : List.of(),
                addresses(spec.array("externalIPs").strings()),
                balancerIps(service),
                sourceRanges(spec),
                ports(spec),
                affinitySeconds(spec),
                spec.string("internalTrafficPolicy").equals("Local"),
                spec.string("externalTrafficPolicy").equals("Local"),
                ours ? (int) spec.integer("healthCheckNodePort", 0) : 0,
                !spec.has("loadBalancerClass"));
    }

    /// What of it is of one family.
    ServiceSpec of(IpFamily family) {
        return new ServiceSpec(
                key,
                of(family, clusterIps),
                of(family, externalIps),
                of(family, balancerIps),
                sourceRanges.stream().filter(range -> range.family() == family).toList(),
                ports,
                affinitySeconds,
                internalLocal,
                externalLocal,
                healthPort,
                classless);
    }

    private static List<String> of(IpFamily family, List<String> addresses) {
        return addresses.stream().filter(each -> IpFamily.of(each) == family).toList();
    }

    private static List<String> addresses(List<String> texts) {
        return texts.stream()
                .filter(IpRange::isAddress)
                .map(IpRange::canonical)
                .distinct()
                .sorted()
                .toList();
    }

    private static List<String> balancerIps(KubeObject service) {
        List<String> found = new ArrayList<>();
        for (JsonObject ingress : service.status().at("loadBalancer").array("ingress").objects()) {
            if (!ingress.string("ipMode").equals("Proxy")) {
                found.add(ingress.string("ip"));
            }
        }
        return service.spec().string("type").equals("LoadBalancer") ? addresses(found) : List.of();
    }

    private static List<IpRange> sourceRanges(JsonObject spec) {
        List<IpRange> ranges = new ArrayList<>();
        for (String text : spec.array("loadBalancerSourceRanges").strings()) {
            IpRange range = IpRange.enclosing(text.strip());
            if (range != null) {
                ranges.add(range);
            }
        }
        return ranges;
    }

    private static List<ServicePort> ports(JsonObject spec) {
        List<ServicePort> ports = new ArrayList<>();
        for (JsonObject port : spec.array("ports").objects()) {
            ports.add(
                    new ServicePort(
                            port.string("name"),
                            Protocols.lower(port.string("protocol")),
                            (int) port.integer("port", 0),
                            (int) port.integer("nodePort", 0)));
        }
        return ports;
    }

    private static int affinitySeconds(JsonObject spec) {
        if (!spec.string("sessionAffinity").equals("ClientIP")) {
            return 0;
        }
        return (int)
                spec.at("sessionAffinityConfig", "clientIP")
                        .integer("timeoutSeconds", AFFINITY_SECONDS);
    }
}
