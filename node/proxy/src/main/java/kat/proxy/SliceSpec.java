package kat.proxy;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;

/// What the proxy reads of an EndpointSlice.
///
/// @param service the Service it belongs to; its name is empty when it belongs to none
/// @param ports those that have a number
/// @param family of the addresses
/// @param endpoints those with an address; none when the slice holds names
record SliceSpec(
        ObjectKey service, IpFamily family, List<SlicePort> ports, List<Endpoint> endpoints) {

    static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final String HEADLESS = "service.kubernetes.io/headless";

    /// @param protocol `tcp`, `udp` or `sctp`
    record SlicePort(String name, String protocol, int port) {}

    /// @param ready whether it takes new connections
    /// @param serving whether it still answers, also while it terminates
    /// @param node the Node it runs on; may be empty
    /// @param zoneHints the zones it is meant for
    /// @param nodeHints the nodes it is meant for
    record Endpoint(
            String address,
            boolean ready,
            boolean serving,
            boolean terminating,
            String node,
            List<String> zoneHints,
            List<String> nodeHints) {

        Endpoint {
            zoneHints = List.copyOf(zoneHints);
            nodeHints = List.copyOf(nodeHints);
        }
    }

    SliceSpec {
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
    }

    static SliceSpec of(KubeObject slice) {
        return slice.view(SliceSpec.class, SliceSpec::parse);
    }

    private static SliceSpec parse(KubeObject slice) {
        ObjectKey service = ObjectKey.of(slice.namespace(), slice.label(SERVICE_NAME));
        String type = slice.tree().string("addressType");
        IpFamily family = type.equals(IpFamily.IPV6.toString()) ? IpFamily.IPV6 : IpFamily.IPV4;
        boolean usable = type.equals(family.toString()) && !slice.labels().containsKey(HEADLESS);
        List<SlicePort> ports = new ArrayList<>();
        for (JsonObject port : slice.tree().array("ports").objects()) {
            int number = (int) port.integer("port", 0);
            if (number > 0) {
                String protocol = Protocols.lower(port.string("protocol"));
                ports.add(new SlicePort(port.string("name"), protocol, number));
            }
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (JsonObject endpoint : slice.tree().array("endpoints").objects()) {
            List<String> addresses = endpoint.array("addresses").strings();
            if (usable && !addresses.isEmpty()) {
                endpoints.add(endpoint(IpRange.canonical(addresses.getFirst()), endpoint));
            }
        }
        return new SliceSpec(service, family, ports, endpoints);
    }

    private static Endpoint endpoint(String address, JsonObject endpoint) {
        JsonObject conditions = endpoint.object("conditions");
        JsonObject hints = endpoint.object("hints");
        boolean ready = conditions.bool("ready", true);
        return new Endpoint(
                address,
                ready,
                conditions.bool("serving", ready),
                conditions.bool("terminating", false),
                endpoint.string("nodeName"),
                names(hints, "forZones"),
                names(hints, "forNodes"));
    }

    private static List<String> names(JsonObject hints, String field) {
        return hints.array(field).objects().stream().map(hint -> hint.string("name")).toList();
    }
}
