package kat.kubelet.admission;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// A port of the machine that a pod takes.
///
/// @param address `0.0.0.0` for every address
record HostPort(String protocol, String address, long number) {

    private static final String EVERY = "0.0.0.0";

    /// Those of containers and sidecars.
    static List<HostPort> of(KubeObject pod) {
        List<HostPort> ports = new ArrayList<>();
        for (JsonObject container : pod.spec().array("containers").objects()) {
            add(container, ports);
        }
        for (JsonObject container : pod.spec().array("initContainers").objects()) {
            if (container.string("restartPolicy").equals("Always")) {
                add(container, ports);
            }
        }
        return List.copyOf(ports);
    }

    private static void add(JsonObject container, List<HostPort> ports) {
        for (JsonObject port : container.array("ports").objects()) {
            long number = port.integer("hostPort", 0);
            if (number > 0) {
                String address = port.string("hostIP");
                ports.add(
                        new HostPort(
                                port.string("protocol", "TCP"),
                                address.isEmpty() ? EVERY : address,
                                number));
            }
        }
    }

    /// Whether none of `others` takes one of these.
    static boolean areFree(List<HostPort> ports, Collection<KubeObject> others) {
        if (ports.isEmpty()) {
            return true;
        }
        for (KubeObject other : others) {
            for (HostPort taken : of(other)) {
                if (ports.stream().anyMatch(taken::clashesWith)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean clashesWith(HostPort other) {
        return protocol.equals(other.protocol)
                && number == other.number
                && (address.equals(other.address)
                        || address.equals(EVERY)
                        || other.address.equals(EVERY));
    }
}
