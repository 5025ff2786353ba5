package kat.controllers.endpointslice;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.selector.LabelSelector;
import kat.client.ClusterView;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// Which pods a Service means, and on which of their ports it reaches them.
final class ServicePods {

    /// A port of a Service as one group of pods serves it.
    ///
    /// @param number 1 to 65535
    /// @param appProtocol empty when not told
    record Port(String name, String protocol, long number, String appProtocol) {

        JsonObject toJson() {
            return JsonObject.builder()
                    .put("name", name)
                    .put("protocol", protocol)
                    .put("port", number)
                    .putUnlessEmpty("appProtocol", appProtocol)
                    .build();
        }
    }

    private ServicePods() {}

    static LabelSelector selector(KubeObject service) {
        return LabelSelector.ofMap(service.spec().object("selector"));
    }

    /// Services whose slices a change of a pod may change.
    static Collection<ObjectKey> servicesOf(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        if (before != null && after != null && sameForServices(before, after)) {
            return List.of();
        }
        KubeObject either = after != null ? after : before;
        boolean counted = (before != null && counts(before)) || (after != null && counts(after));
        if (either == null || !counted) {
            return List.of();
        }
        List<ObjectKey> keys = new ArrayList<>();
        for (KubeObject service : view.list(Kinds.SERVICE, either.namespace())) {
            LabelSelector selector = selector(service);
            boolean was = before != null && selector.matches(before.labels());
            boolean is = after != null && selector.matches(after.labels());
            if (was || is) {
                keys.add(service.key());
            }
        }
        return keys;
    }

    private static boolean sameForServices(KubeObject before, KubeObject after) {
        return before.labels().equals(after.labels())
                && before.isDeleting() == after.isDeleting()
                && Pods.node(before).equals(Pods.node(after))
                && Pods.isReady(before) == Pods.isReady(after)
                && Pods.hasEnded(before) == Pods.hasEnded(after)
                && before.status().array("podIPs").equals(after.status().array("podIPs"))
                && before.status().string("podIP").equals(after.status().string("podIP"));
    }

    /// Whether a pod can be an endpoint of anything.
    private static boolean counts(KubeObject pod) {
        return !pod.status().string("podIP").isEmpty() && !Pods.hasEnded(pod);
    }

    /// The pods that are listed as endpoints, ready or not.
    static List<KubeObject> of(ClusterView view, KubeObject service) {
        LabelSelector selector = selector(service);
        List<KubeObject> found = new ArrayList<>();
        for (KubeObject pod : view.list(Kinds.POD, service.namespace())) {
            if (counts(pod) && selector.matches(pod.labels())) {
                found.add(pod);
            }
        }
        return found;
    }

    /// The ports on which a pod serves the Service; a port that it names none of is left out.
    static List<Port> ports(KubeObject service, KubeObject pod) {
        List<Port> ports = new ArrayList<>();
        for (JsonObject port : service.spec().array("ports").objects()) {
            String protocol = port.string("protocol", "TCP");
            long number = number(port, protocol, pod);
            if (number > 0) {
                ports.add(
                        new Port(
                                port.string("name"), protocol, number, port.string("appProtocol")));
            }
        }
        return ports;
    }

    private static long number(JsonObject port, String protocol, KubeObject pod) {
        Json target = port.get("targetPort");
        return switch (target) {
            case JsonNumber number when number.longValue() > 0 -> number.longValue();
            case JsonString(String name) when !name.isEmpty() -> named(name, protocol, pod);
            case null, default -> port.integer("port", 0);
        };
    }

    private static long named(String name, String protocol, KubeObject pod) {
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonObject container : pod.spec().array(list).objects()) {
                for (JsonObject port : container.array("ports").objects()) {
                    if (port.string("name").equals(name)
                            && port.string("protocol", "TCP").equals(protocol)) {
                        return port.integer("containerPort", 0);
                    }
                }
            }
        }
        return 0;
    }

    /// The pod's addresses of a family.
    ///
    /// @param family `IPv4` or `IPv6`
    static List<String> addresses(KubeObject pod, String family) {
        List<String> found = new ArrayList<>();
        List<String> all = new ArrayList<>();
        for (JsonObject each : pod.status().array("podIPs").objects()) {
            all.add(each.string("ip"));
        }
        if (all.isEmpty()) {
            all.add(pod.status().string("podIP"));
        }
        for (String address : all) {
            boolean six = address.indexOf(':') >= 0;
            if (six == family.equals("IPv6")) {
                found.add(address);
            }
        }
        return found;
    }
}
