package kat.api.discovery;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Entries of an APIGroupDiscoveryList.
final class AggregatedResources {

    private AggregatedResources() {}

    static Json version(String version, List<Kind> kinds) {
        List<Json> resources = new ArrayList<>();
        for (Kind kind : kinds) {
            resources.add(resource(kind));
        }
        return JsonObject.builder()
                .put("version", version)
                .put("resources", new JsonArray(resources))
                .put("freshness", "Current")
                .build();
    }

    private static Json resource(Kind kind) {
        JsonObject.Builder json =
                JsonObject.builder()
                        .put("resource", kind.plural())
                        .put("responseKind", kind(kind.group(), kind.version(), kind.kind()))
                        .put("scope", kind.namespaced() ? "Namespaced" : "Cluster")
                        .put("singularResource", kind.singular())
                        .put("verbs", JsonArray.ofStrings(kind.verbs()));
        if (!kind.shortNames().isEmpty()) {
            json.put("shortNames", JsonArray.ofStrings(kind.shortNames()));
        }
        if (!kind.categories().isEmpty()) {
            json.put("categories", JsonArray.ofStrings(kind.categories()));
        }
        if (!kind.subresources().isEmpty()) {
            List<Json> subresources = new ArrayList<>();
            for (Kind.Subresource each : kind.subresources()) {
                subresources.add(
                        JsonObject.builder()
                                .put("subresource", each.name())
                                .put(
                                        "responseKind",
                                        kind(each.group(), each.version(), each.kind()))
                                .put("verbs", JsonArray.ofStrings(each.verbs()))
                                .build());
            }
            json.put("subresources", new JsonArray(subresources));
        }
        return json.build();
    }

    private static JsonObject kind(String group, String version, String kind) {
        return JsonObject.builder()
                .put("group", group)
                .put("version", version)
                .put("kind", kind)
                .build();
    }
}
