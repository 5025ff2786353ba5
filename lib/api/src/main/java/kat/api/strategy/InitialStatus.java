package kat.api.strategy;

import java.util.List;
import kat.api.Kind;
import kat.api.QualityOfService;
import kat.api.custom.DefinitionStatus;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The status of an object that was just created.
final class InitialStatus {

    private InitialStatus() {}

    static @Nullable Json of(Kind kind, JsonObject object) {
        if (kind.schema().isEmpty()) {
            return null;
        }
        return switch (kind.kind()) {
            case "Pod" -> gated(object, pending(object));
            case "Namespace" -> JsonObject.of("phase", Json.of("Active"));
            case "PersistentVolume", "PersistentVolumeClaim" ->
                    JsonObject.of("phase", Json.of("Pending"));
            case "CustomResourceDefinition" ->
                    DefinitionStatus.stored(zero(kind), object.object("spec"));
            default -> zero(kind);
        };
    }

    private static JsonObject pending(JsonObject pod) {
        return JsonObject.of(
                "phase",
                Json.of("Pending"),
                "qosClass",
                Json.of(QualityOfService.of(pod.object("spec"))));
    }

    /// A pod with gates says from its beginning why it is not scheduled.
    private static JsonObject gated(JsonObject pod, JsonObject status) {
        Json created = pod.object("metadata").get("creationTimestamp");
        if (pod.object("spec").array("schedulingGates").isEmpty() || created == null) {
            return status;
        }
        JsonObject condition =
                JsonObject.builder()
                        .put("lastProbeTime", JsonNull.NULL)
                        .put("lastTransitionTime", created)
                        .put("message", "Scheduling is blocked due to non-empty scheduling gates")
                        .put("reason", "SchedulingGated")
                        .put("status", "False")
                        .put("type", "PodScheduled")
                        .build();
        return status.with("conditions", new JsonArray(List.of(condition)));
    }

    private static JsonObject zero(Kind kind) {
        return ZeroStatus.of(kind);
    }
}
