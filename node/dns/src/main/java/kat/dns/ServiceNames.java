package kat.dns;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What DNS reads of a Service.
///
/// @param addresses of the Service itself; empty when it is headless or an external name
/// @param externalName empty unless the Service is one
record ServiceNames(
        ObjectKey key, List<String> addresses, String externalName, List<NamedPort> ports) {

    private static final String HEADLESS = "None";

    /// @param protocol lower-case
    record NamedPort(String name, String protocol, int number) {

        static List<NamedPort> parse(JsonObject owner) {
            List<NamedPort> ports = new ArrayList<>();
            for (JsonObject port : owner.array("ports").objects()) {
                ports.add(
                        new NamedPort(
                                port.string("name"),
                                port.string("protocol", "TCP").toLowerCase(java.util.Locale.ROOT),
                                (int) port.integer("port", 0)));
            }
            return ports;
        }

        /// @param wantedName null for any
        /// @param wantedProtocol null for any
        boolean matches(@Nullable String wantedName, @Nullable String wantedProtocol) {
            return (wantedName == null || wantedName.equals(name))
                    && (wantedProtocol == null || wantedProtocol.equals(protocol));
        }
    }

    ServiceNames {
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    static ServiceNames of(KubeObject service) {
        return service.view(ServiceNames.class, ServiceNames::parse);
    }

    boolean isExternal() {
        return !externalName.isEmpty();
    }

    boolean isHeadless() {
        return addresses.isEmpty() && !isExternal();
    }

    private static ServiceNames parse(KubeObject service) {
        JsonObject spec = service.spec();
        boolean external = spec.string("type").equals("ExternalName");
        List<String> addresses = new ArrayList<>(spec.array("clusterIPs").strings());
        if (addresses.isEmpty()) {
            addresses.add(spec.string("clusterIP"));
        }
        addresses.removeIf(address -> address.isEmpty() || address.equals(HEADLESS));
        return new ServiceNames(
                service.key(),
                external ? List.of() : addresses,
                external ? spec.string("externalName") : "",
                NamedPort.parse(spec));
    }
}
