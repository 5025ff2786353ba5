package kat.api.strategy;

import kat.api.Kind;
import kat.api.QualityOfService;
import kat.api.custom.DefinitionStatus;
import kat.api.json.Json;
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
            case "Pod" ->
                    JsonObject.of(
                            "phase",
                            Json.of("Pending"),
                            "qosClass",
                            Json.of(QualityOfService.of(object.object("spec"))));
            case "Namespace" -> JsonObject.of("phase", Json.of("Active"));
            case "PersistentVolume", "PersistentVolumeClaim" ->
                    JsonObject.of("phase", Json.of("Pending"));
            case "CustomResourceDefinition" ->
                    DefinitionStatus.stored(zero(kind), object.object("spec"));
            default -> zero(kind);
        };
    }

    private static JsonObject zero(Kind kind) {
        return ZeroStatus.of(kind);
    }
}
