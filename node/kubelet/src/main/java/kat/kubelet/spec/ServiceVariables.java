package kat.kubelet.spec;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// The environment variables that tell containers where Services are.
///
/// **Source:** `pkg/kubelet/envvars`.
public final class ServiceVariables {

    private ServiceVariables() {}

    /// @param services of the pod's namespace, and `default/kubernetes`
    /// @param namespace of the pod
    /// @param links whether the pod wants those of its namespace
    public static Map<String, String> of(
            List<KubeObject> services, String namespace, boolean links) {
        Map<String, String> variables = new TreeMap<>();
        for (KubeObject service : services) {
            boolean api =
                    service.name().equals("kubernetes") && service.namespace().equals("default");
            if (api && !namespace.equals("default")) {
                add(service, variables, true);
            }
        }
        for (KubeObject service : services) {
            boolean api =
                    service.name().equals("kubernetes") && service.namespace().equals("default");
            if (service.namespace().equals(namespace) && (links || api)) {
                add(service, variables, false);
            }
        }
        return variables;
    }

    private static void add(KubeObject service, Map<String, String> all, boolean onlyNew) {
        String address = service.spec().string("clusterIP");
        List<JsonObject> ports = service.spec().array("ports").objects();
        if (address.isEmpty() || address.equals("None") || ports.isEmpty()) {
            return;
        }
        Map<String, String> own = new TreeMap<>();
        String name = variable(service.name());
        own.put(name + "_SERVICE_HOST", address);
        own.put(name + "_SERVICE_PORT", text(ports.getFirst()));
        for (JsonObject port : ports) {
            if (!port.string("name").isEmpty()) {
                own.put(name + "_SERVICE_PORT_" + variable(port.string("name")), text(port));
            }
        }
        links(name, address, ports, own);
        own.forEach(
                (key, value) -> {
                    if (!onlyNew || !all.containsKey(key)) {
                        all.put(key, value);
                    }
                });
    }

    private static void links(
            String name, String address, List<JsonObject> ports, Map<String, String> own) {
        for (JsonObject port : ports) {
            String protocol = port.string("protocol", "TCP");
            String scheme = protocol.toLowerCase(Locale.ROOT);
            String url = scheme + "://" + address + ":" + text(port);
            if (port == ports.getFirst()) {
                own.put(name + "_PORT", url);
            }
            String prefix = name + "_PORT_" + text(port) + "_" + protocol;
            own.put(prefix, url);
            own.put(prefix + "_PROTO", scheme);
            own.put(prefix + "_PORT", text(port));
            own.put(prefix + "_ADDR", address);
        }
    }

    private static String text(JsonObject port) {
        return Long.toString(port.integer("port", 0));
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
