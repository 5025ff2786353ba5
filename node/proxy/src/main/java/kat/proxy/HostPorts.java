package kat.proxy;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.nftables.IpFamily;
import kat.proxy.EndpointChoice.Target;
import kat.proxy.Fragment.UdpFlow;

/// Host ports of a pod: ports of the node that lead to the pod. Computed from the pod's spec and
/// address, so that no CNI plugin and no iptables is needed for them.
///
/// @param addresses the pod's, at most one of each family; none while it has none, or no longer
///     runs
record HostPorts(String node, List<String> addresses, List<HostPort> ports) {

    /// @param hostAddress empty for all addresses of the node
    record HostPort(String hostAddress, String protocol, int hostPort, int port) {}

    HostPorts {
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    static HostPorts of(KubeObject pod) {
        return pod.view(HostPorts.class, HostPorts::parse);
    }

    private static HostPorts parse(KubeObject pod) {
        JsonObject spec = pod.spec();
        List<HostPort> ports = new ArrayList<>();
        if (!spec.bool("hostNetwork")) {
            collect(spec.array("containers").objects(), ports);
            collect(spec.array("initContainers").objects(), ports);
        }
        String phase = pod.status().string("phase");
        boolean over = phase.equals("Succeeded") || phase.equals("Failed");
        return new HostPorts(
                spec.string("nodeName"), over ? List.of() : PolicyPod.addresses(pod), ports);
    }

    private static void collect(List<JsonObject> containers, List<HostPort> ports) {
        for (JsonObject container : containers) {
            for (JsonObject port : container.array("ports").objects()) {
                int hostPort = (int) port.integer("hostPort", 0);
                if (hostPort > 0) {
                    String hostIp = port.string("hostIP");
                    ports.add(
                            new HostPort(
                                    isAny(hostIp) ? "" : hostIp,
                                    Protocols.lower(port.string("protocol")),
                                    hostPort,
                                    (int) port.integer("containerPort", hostPort)));
                }
            }
        }
    }

    private static boolean isAny(String address) {
        return address.equals(IpFamily.IPV4.any()) || address.equals(IpFamily.IPV6.any());
    }

    /// The pod's part of the table of that family on the node of that name.
    Fragment compute(String nodeName, IpFamily family) {
        String address = PolicyPod.of(family, addresses);
        if (!node.equals(nodeName) || address.isEmpty() || ports.isEmpty()) {
            return Fragment.EMPTY;
        }
        Fragment.Builder fragment = new Fragment.Builder();
        for (HostPort port : ports) {
            String host = port.hostAddress();
            if (!host.isEmpty() && IpFamily.of(host) != family) {
                continue;
            }
            FrontEnds kind = port.hostAddress().isEmpty() ? FrontEnds.PORTS : FrontEnds.ADDRESSES;
            String key = kind.key(port.hostAddress(), port.protocol(), port.hostPort());
            ServiceRules.addPick(fragment, kind, key, List.of(new Target(address, port.port())));
            fragment.element(
                    TableLayout.OPEN_PORTS.name(), port.protocol() + " . " + port.hostPort(), "");
            if (port.protocol().equals("udp")) {
                fragment.flow(new UdpFlow(port.hostAddress(), port.hostPort(), address));
            }
        }
        ServiceRules.addHairpin(fragment, address);
        return fragment.build();
    }
}
