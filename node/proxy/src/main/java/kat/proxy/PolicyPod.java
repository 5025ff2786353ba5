package kat.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;

/// What NetworkPolicies see of a pod.
///
/// @param node the Node it runs on; may be empty
/// @param addresses at most one of each family; none while it has none, when it is over, and in
///     the host's network: then no policy speaks of it
/// @param ports those that have names
record PolicyPod(
        ObjectKey key,
        String node,
        List<String> addresses,
        SequencedMap<String, String> labels,
        List<NamedPort> ports) {

    /// @param protocol `tcp`, `udp` or `sctp`
    record NamedPort(String name, String protocol, int number) {}

    PolicyPod {
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    static PolicyPod of(KubeObject pod) {
        return pod.view(PolicyPod.class, PolicyPod::parse);
    }

    private static PolicyPod parse(KubeObject pod) {
        JsonObject spec = pod.spec();
        String phase = pod.status().string("phase");
        boolean over = phase.equals("Succeeded") || phase.equals("Failed");
        List<NamedPort> ports = new ArrayList<>();
        collect(spec.array("containers").objects(), ports);
        collect(
                spec.array("initContainers").objects().stream()
                        .filter(init -> init.string("restartPolicy").equals("Always"))
                        .toList(),
                ports);
        return new PolicyPod(
                pod.key(),
                spec.string("nodeName"),
                over || spec.bool("hostNetwork") ? List.of() : addresses(pod),
                pod.labels(),
                ports);
    }

    /// Those of the pod's status, in the one way to write them.
    static List<String> addresses(KubeObject pod) {
        List<String> told = new ArrayList<>();
        for (JsonObject each : pod.status().array("podIPs").objects()) {
            told.add(each.string("ip"));
        }
        if (told.isEmpty()) {
            told.add(pod.status().string("podIP"));
        }
        return told.stream().filter(IpRange::isAddress).map(IpRange::canonical).toList();
    }

    /// The address of that family; empty when there is none.
    String address(IpFamily family) {
        return of(family, addresses);
    }

    static String of(IpFamily family, List<String> addresses) {
        for (String address : addresses) {
            if (IpFamily.of(address) == family) {
                return address;
            }
        }
        return "";
    }

    private static void collect(List<JsonObject> containers, List<NamedPort> ports) {
        for (JsonObject container : containers) {
            for (JsonObject port : container.array("ports").objects()) {
                if (!port.string("name").isEmpty()) {
                    ports.add(
                            new NamedPort(
                                    port.string("name"),
                                    Protocols.lower(port.string("protocol", "TCP")),
                                    (int) port.integer("containerPort", 0)));
                }
            }
        }
    }
}
