package kat.api.strategy;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// What the subresources of a pod take from a request; all else stays as it is stored.
///
/// **Source:** Kubernetes' `pkg/registry/core/pod/strategy.go`.
final class PodParts {

    private static final List<String> LISTS = List.of("containers", "initContainers");

    private PodParts() {}

    static JsonObject ephemeralContainers(JsonObject next, JsonObject live) {
        Json containers = next.object("spec").get("ephemeralContainers");
        return named(next, live)
                .change(
                        "spec",
                        spec ->
                                containers == null
                                        ? spec.without("ephemeralContainers")
                                        : spec.with("ephemeralContainers", containers));
    }

    /// Containers that were added, removed, renamed or moved stay so, for validation to refuse.
    static JsonObject resize(JsonObject next, JsonObject live) {
        JsonObject spec = live.object("spec");
        for (String list : LISTS) {
            JsonArray now = next.object("spec").array(list);
            JsonArray before = spec.array(list);
            if (now.size() != before.size()) {
                return next;
            }
            if (!now.isEmpty()) {
                spec = spec.with(list, resized(now, before));
            }
        }
        Json own = next.object("spec").get("resources");
        spec = own == null ? spec.without("resources") : spec.with("resources", own);
        return named(next, live).with("spec", spec);
    }

    private static JsonArray resized(JsonArray now, JsonArray before) {
        List<Json> result = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            JsonObject next = now.objects().get(i);
            JsonObject container = before.objects().get(i);
            if (!next.string("name").equals(container.string("name"))) {
                return now;
            }
            for (String field : List.of("resources", "resizePolicy")) {
                Json value = next.get(field);
                container = value == null ? container.without(field) : container.with(field, value);
            }
            result.add(container);
        }
        return new JsonArray(result);
    }

    /// The stored pod with the identity that the request gives it, which validation compares.
    private static JsonObject named(JsonObject next, JsonObject live) {
        JsonObject metadata = live.object("metadata");
        JsonObject given = next.object("metadata");
        for (String field :
                List.of("name", "namespace", "resourceVersion", "uid", "managedFields")) {
            Json value = given.get(field);
            metadata = value == null ? metadata.without(field) : metadata.with(field, value);
        }
        return live.with("metadata", metadata);
    }
}
