package kat.dns;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.dns.ServiceNames.NamedPort;

/// What DNS reads of an EndpointSlice: its ready endpoints.
///
/// @param service whose endpoints they are
record SliceNames(ObjectKey service, List<NamedPort> ports, List<NamedEndpoint> endpoints) {

    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    /// @param host the endpoint's label below the Service's name: its hostname, or its address
    ///     with dashes
    record NamedEndpoint(String host, String address) {}

    SliceNames {
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
    }

    static SliceNames of(KubeObject slice) {
        return slice.view(SliceNames.class, SliceNames::parse);
    }

    private static SliceNames parse(KubeObject slice) {
        List<NamedEndpoint> endpoints = new ArrayList<>();
        boolean hasAddresses = !slice.tree().string("addressType").equals("FQDN");
        for (JsonObject endpoint : slice.tree().array("endpoints").objects()) {
            if (!hasAddresses || !endpoint.object("conditions").bool("ready", true)) {
                continue;
            }
            for (String address : endpoint.array("addresses").strings()) {
                String host = endpoint.string("hostname", dashed(address));
                endpoints.add(new NamedEndpoint(host, address));
            }
        }
        return new SliceNames(
                ObjectKey.of(slice.namespace(), slice.label(SERVICE_NAME)),
                NamedPort.parse(slice.tree()),
                endpoints);
    }

    /// `10-244-0-5` for `10.244.0.5`, `fd00--1` for `fd00::1`.
    static String dashed(String address) {
        return address.replace('.', '-').replace(':', '-');
    }
}
