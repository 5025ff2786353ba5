package kat.apiserver.registry;

import java.util.Map;
import kat.api.Kind;
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

    private Conversions() {}

    static @Nullable Conversion of(Kind kind) {
        return switch (kind.apiVersion() + " " + kind.kind()) {
            case "events.k8s.io/v1 Event" ->
                    new Conversion(
                            tree -> renamed(tree, EVENT_NAMES),
                            tree -> renamed(tree, inverse(EVENT_NAMES)),
                            null);
            case "autoscaling/v1 HorizontalPodAutoscaler" ->
                    new Conversion(
                            AutoscalerForm::toStored,
                            AutoscalerForm::toServed,
                            AutoscalerForm.STORED);
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
}
