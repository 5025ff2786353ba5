package kat.api.defaults;

import java.util.Map;
import java.util.function.UnaryOperator;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// HorizontalPodAutoscalers of `autoscaling/v2`.
///
/// **Source:** `pkg/apis/autoscaling/v2/defaults.go`.
final class AutoscalingRules {

    private static final long PERIOD_SECONDS = 15;
    private static final long CPU_PERCENT = 80;

    private static final JsonObject SCALE_UP =
            JsonObject.of(
                            "policies",
                            JsonArray.of(policy("Pods", 4), policy("Percent", 100)),
                            "selectPolicy",
                            Json.of("Max"))
                    .with("stabilizationWindowSeconds", 0);

    private static final JsonObject SCALE_DOWN =
            JsonObject.of(
                    "policies",
                    JsonArray.of(policy("Percent", 100)),
                    "selectPolicy",
                    Json.of("Max"));

    private AutoscalingRules() {}

    static void addTo(Map<String, UnaryOperator<JsonObject>> rules) {
        rules.put("autoscaling.v2.HorizontalPodAutoscalerSpec", AutoscalingRules::spec);
    }

    private static JsonObject policy(String type, long value) {
        return JsonObject.of("type", Json.of(type), "value", Json.of(value))
                .with("periodSeconds", PERIOD_SECONDS);
    }

    private static JsonObject spec(JsonObject given) {
        JsonObject spec = given;
        if (spec.array("metrics").isEmpty()) {
            JsonObject target =
                    JsonObject.of("type", Json.of("Utilization"))
                            .with("averageUtilization", CPU_PERCENT);
            JsonObject resource = JsonObject.of("name", Json.of("cpu"), "target", target);
            JsonObject metric = JsonObject.of("type", Json.of("Resource"), "resource", resource);
            spec = spec.with("metrics", JsonArray.of(metric));
        }
        if (!spec.has("behavior")) {
            return spec;
        }
        return spec.change(
                "behavior",
                behavior ->
                        behavior.change("scaleUp", up -> Objects.withAbsent(up, SCALE_UP))
                                .change("scaleDown", down -> Objects.withAbsent(down, SCALE_DOWN)));
    }
}
