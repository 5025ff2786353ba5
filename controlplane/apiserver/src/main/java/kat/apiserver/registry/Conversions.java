package kat.apiserver.registry;

import java.util.Map;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The built-in kinds that are served in two versions: HorizontalPodAutoscaler (stored as
/// autoscaling/v2) and Event (stored as v1).
///
/// **Source:** `pkg/apis/autoscaling/v1/conversion.go`, `pkg/apis/events/v1/conversion.go`.
final class Conversions {

    private static final Map<String, String> EVENT_NAMES =
            Map.of(
                    "regarding", "involvedObject",
                    "note", "message",
                    "deprecatedSource", "source",
                    "deprecatedFirstTimestamp", "firstTimestamp",
                    "deprecatedLastTimestamp", "lastTimestamp",
                    "deprecatedCount", "count",
                    "reportingController", "reportingComponent");

    private static final String CPU_TARGET = "targetCPUUtilizationPercentage";

    private Conversions() {}

    static @Nullable Conversion of(Kind kind) {
        return switch (kind.apiVersion() + " " + kind.kind()) {
            case "events.k8s.io/v1 Event" ->
                    new Conversion(
                            tree -> renamed(tree, EVENT_NAMES),
                            tree -> renamed(tree, inverse(EVENT_NAMES)));
            case "autoscaling/v1 HorizontalPodAutoscaler" ->
                    new Conversion(Conversions::scalerToStored, Conversions::scalerToServed);
            default -> null;
        };
    }

    private static Map<String, String> inverse(Map<String, String> names) {
        Map<String, String> turned = new java.util.HashMap<>();
        names.forEach((from, to) -> turned.put(to, from));
        return turned;
    }

    private static JsonObject renamed(JsonObject tree, Map<String, String> names) {
        JsonObject.Builder out = JsonObject.builder();
        tree.forEach((name, value) -> out.put(names.getOrDefault(name, name), value));
        return out.build();
    }

    private static JsonObject scalerToStored(JsonObject tree) {
        JsonObject spec = tree.object("spec");
        Json target = spec.get(CPU_TARGET);
        if (target != null) {
            JsonObject metric =
                    JsonObject.of(
                            "resource",
                            JsonObject.of(
                                    "name",
                                    Json.of("cpu"),
                                    "target",
                                    JsonObject.of(
                                            "averageUtilization",
                                            target,
                                            "type",
                                            Json.of("Utilization"))),
                            "type",
                            Json.of("Resource"));
            spec = spec.without(CPU_TARGET).with("metrics", JsonArray.of(metric));
        }
        JsonObject status = tree.object("status").without("currentCPUUtilizationPercentage");
        JsonObject stored = tree.with("spec", spec);
        return tree.has("status") ? stored.with("status", status) : stored;
    }

    private static JsonObject scalerToServed(JsonObject tree) {
        JsonObject spec = tree.object("spec").without("metrics").without("behavior");
        for (JsonObject metric : tree.object("spec").array("metrics").objects()) {
            JsonObject resource = metric.object("resource");
            Json target = resource.object("target").get("averageUtilization");
            if (resource.string("name").equals("cpu") && target != null) {
                spec = spec.with(CPU_TARGET, target);
            }
        }
        JsonObject served = tree.with("spec", spec);
        if (!tree.has("status")) {
            return served;
        }
        JsonObject status = tree.object("status").without("currentMetrics").without("conditions");
        // This version never leaves the number out.
        long current = status.integer("currentReplicas", 0);
        return served.with("status", status.with("currentReplicas", Json.of(current)));
    }
}
