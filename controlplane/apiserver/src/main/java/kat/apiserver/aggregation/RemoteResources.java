package kat.apiserver.aggregation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Another server's APIResourceList in the aggregated form of discovery.
///
/// **Source:** `ConvertAPIResourceList` in `apiserver/pkg/endpoints`.
final class RemoteResources {

    private RemoteResources() {}

    static JsonObject aggregated(Route route) {
        SequencedMap<String, JsonObject> found = new LinkedHashMap<>();
        List<JsonObject> listed = route.resources().array("resources").objects();
        for (JsonObject each : listed) {
            if (each.string("name").indexOf('/') < 0) {
                found.put(each.string("name"), whole(each, route));
            }
        }
        for (JsonObject each : listed) {
            int slash = each.string("name").indexOf('/');
            String parent = slash < 0 ? "" : each.string("name").substring(0, slash);
            JsonObject known = found.get(parent);
            if (known != null) {
                JsonObject part = part(each, route, each.string("name").substring(slash + 1));
                found.put(
                        parent, known.with("subresources", known.array("subresources").with(part)));
            }
        }
        List<Json> resources = new ArrayList<>(found.sequencedValues());
        return JsonObject.builder()
                .put("version", route.version())
                .put("resources", new JsonArray(resources))
                .put("freshness", route.isAvailable() ? "Current" : "Stale")
                .build();
    }

    /// The kinds of objects that the other server keeps.
    static List<Kind> kinds(Route route) {
        List<Kind> kinds = new ArrayList<>();
        for (JsonObject each : route.resources().array("resources").objects()) {
            JsonObject kind = kind(each, route);
            boolean isOwn =
                    kind.string("group").equals(route.group())
                            && kind.string("version").equals(route.version());
            if (each.string("name").indexOf('/') < 0 && isOwn) {
                kinds.add(
                        new Kind(
                                route.group(),
                                route.version(),
                                each.string("kind"),
                                each.string("name"),
                                each.string("singularName"),
                                each.bool("namespaced"),
                                each.array("shortNames").strings(),
                                each.array("categories").strings(),
                                List.of(),
                                each.array("verbs").strings(),
                                ""));
            }
        }
        return kinds;
    }

    private static JsonObject whole(JsonObject listed, Route route) {
        JsonObject.Builder resource =
                JsonObject.builder()
                        .put("resource", listed.string("name"))
                        .put("responseKind", kind(listed, route))
                        .put("scope", listed.bool("namespaced") ? "Namespaced" : "Cluster")
                        .put("singularResource", listed.string("singularName"))
                        .put("verbs", listed.array("verbs"));
        for (String list : List.of("shortNames", "categories")) {
            if (!listed.array(list).isEmpty()) {
                resource.put(list, listed.array(list));
            }
        }
        return resource.build();
    }

    private static JsonObject part(JsonObject listed, Route route, String name) {
        return JsonObject.builder()
                .put("subresource", name)
                .put("responseKind", kind(listed, route))
                .put("verbs", listed.array("verbs"))
                .build();
    }

    private static JsonObject kind(JsonObject listed, Route route) {
        return JsonObject.builder()
                .put("group", listed.string("group", route.group()))
                .put("version", listed.string("version", route.version()))
                .put("kind", listed.string("kind"))
                .build();
    }
}
