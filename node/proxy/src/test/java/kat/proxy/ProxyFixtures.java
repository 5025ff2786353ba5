package kat.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;

/// Objects as the proxy meets them; only what matters to a test is said.
final class ProxyFixtures {

    static final NetworkConfig CONFIG = config("test", 96, 244, List.of());

    private ProxyFixtures() {}

    static NetworkConfig config(String name, int services, int pods, List<String> listen) {
        return new NetworkConfig(
                name,
                "node-a",
                IpRange.parse("10." + services + ".0.0/16"),
                IpRange.parse("10." + pods + ".0.0/16"),
                IpRange.parse("10." + pods + ".0.0/24"),
                listen);
    }

    static KubeObject service(String name, String address, UnaryOperator<JsonObject> spec) {
        JsonObject start =
                JsonObject.builder()
                        .put("type", "ClusterIP")
                        .put("clusterIP", address)
                        .put("clusterIPs", JsonArray.ofStrings(List.of(address)))
                        .build();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Service")
                        .put("metadata", metadata(name))
                        .put("spec", spec.apply(start))
                        .build());
    }

    static UnaryOperator<JsonObject> port(String protocol, int port, int nodePort) {
        JsonObject.Builder entry = JsonObject.builder().put("protocol", protocol).put("port", port);
        if (nodePort > 0) {
            entry.put("nodePort", nodePort);
        }
        return spec -> spec.with("ports", spec.array("ports").with(entry.build()));
    }

    static UnaryOperator<JsonObject> set(String field, Json value) {
        return spec -> spec.with(field, value);
    }

    @SafeVarargs
    static UnaryOperator<JsonObject> all(UnaryOperator<JsonObject>... changes) {
        return spec -> {
            JsonObject changed = spec;
            for (UnaryOperator<JsonObject> change : changes) {
                changed = change.apply(changed);
            }
            return changed;
        };
    }

    /// An endpoint: address, then any of `unready`, `terminating`, `serving`, `@node`.
    static KubeObject slice(String service, String protocol, int port, String... endpoints) {
        List<Json> entries = new ArrayList<>();
        for (String endpoint : endpoints) {
            entries.add(endpoint(endpoint.split(" ")));
        }
        JsonObject portEntry =
                JsonObject.builder()
                        .put("name", "")
                        .put("protocol", protocol)
                        .put("port", port)
                        .build();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "discovery.k8s.io/v1")
                        .put("kind", "EndpointSlice")
                        .put("addressType", "IPv4")
                        .put(
                                "metadata",
                                metadata(
                                                service
                                                        + "-"
                                                        + protocol.toLowerCase(
                                                                java.util.Locale.ROOT))
                                        .with(
                                                "labels",
                                                JsonObject.of(
                                                        SliceSpec.SERVICE_NAME, Json.of(service))))
                        .put("ports", JsonArray.of(portEntry))
                        .put("endpoints", new JsonArray(entries))
                        .build());
    }

    private static JsonObject endpoint(String[] words) {
        List<String> marks = List.of(words);
        boolean ready = !marks.contains("unready") && !marks.contains("terminating");
        JsonObject.Builder conditions =
                JsonObject.builder()
                        .put("ready", ready)
                        .put("serving", ready || marks.contains("serving"))
                        .put("terminating", marks.contains("terminating"));
        String node =
                marks.stream()
                        .filter(mark -> mark.startsWith("@"))
                        .map(mark -> mark.substring(1))
                        .findFirst()
                        .orElse("node-a");
        return JsonObject.builder()
                .put("addresses", JsonArray.ofStrings(List.of(words[0])))
                .put("conditions", conditions.build())
                .put("nodeName", node)
                .build();
    }

    static Fragment compute(KubeObject service, KubeObject... slices) {
        return ServiceRules.compute(
                ServiceSpec.of(service).of(IpFamily.IPV4),
                List.of(slices).stream().map(SliceSpec::of).toList(),
                new EndpointChoice.Here("node-a", ""));
    }

    private static JsonObject metadata(String name) {
        ObjectKey key = ObjectKey.of("default", name);
        return JsonObject.of("name", Json.of(key.name()), "namespace", Json.of(key.namespace()));
    }
}
