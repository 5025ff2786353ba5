package kat.api.strategy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// What a pod's status keeps of what was said before, and how its two forms of addresses agree.
///
/// **Source:** Kubernetes' `pkg/registry/core/pod/strategy.go` and
/// `pkg/apis/core/v1/conversion.go`.
final class PodStatusParts {

    private static final String GENERATION = "observedGeneration";
    private static final String QUALITY = "qosClass";

    private PodStatusParts() {}

    /// One address is the first of all; when both are told and differ, the one wins.
    static JsonObject addressed(JsonObject pod) {
        JsonObject status = pod.object("status");
        String one = status.string("podIP");
        List<JsonObject> all = status.array("podIPs").objects();
        String first = all.isEmpty() ? "" : all.getFirst().string("ip");
        if (one.equals(first)) {
            return pod;
        }
        return one.isEmpty()
                ? pod.withAt(Json.of(first), "status", "podIP")
                : pod.withAt(JsonArray.of(JsonObject.of("ip", Json.of(one))), "status", "podIPs");
    }

    /// The status with what a request may leave out and not take away.
    static JsonObject kept(JsonObject status, JsonObject old) {
        JsonObject kept = status;
        if (kept.string(QUALITY).isEmpty() && old.has(QUALITY)) {
            kept = kept.with(QUALITY, old.string(QUALITY));
        }
        kept = withGeneration(kept, old.integer(GENERATION, 0));
        Map<String, List<Long>> before = new HashMap<>();
        for (JsonObject condition : old.array("conditions").objects()) {
            before.computeIfAbsent(condition.string("type"), _ -> new ArrayList<>())
                    .add(condition.integer(GENERATION, 0));
        }
        if (before.isEmpty() || !kept.has("conditions")) {
            return kept;
        }
        return kept.with(
                "conditions", kept.array("conditions").map(each -> condition(each, before)));
    }

    private static Json condition(Json condition, Map<String, List<Long>> before) {
        if (!(condition instanceof JsonObject object)) {
            return condition;
        }
        List<Long> generations = before.getOrDefault(object.string("type"), List.of());
        long old = generations.isEmpty() ? 0 : generations.removeFirst();
        return withGeneration(object, old);
    }

    private static JsonObject withGeneration(JsonObject object, long old) {
        return object.integer(GENERATION, 0) == 0 && old != 0
                ? object.with(GENERATION, Json.of(old))
                : object;
    }
}
