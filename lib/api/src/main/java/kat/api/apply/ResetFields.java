package kat.api.apply;

import java.util.Map;
import kat.api.Kind;
import kat.api.json.JsonObject;

/// The fields that a write to a resource or subresource cannot change, so that nobody comes to own
/// them by it: `status` of an object, `spec` of its status.
///
/// **Source:** `GetResetFields` of the strategies in Kubernetes' registries.
final class ResetFields {

    /// What the status subresource of a kind resets besides `spec`.
    private static final Map<String, JsonObject> METADATA_BY_STATUS =
            Map.of(
                    "pods",
                    metadata("deletionTimestamp", "ownerReferences"),
                    "deployments.apps",
                    metadata("labels"));

    private static final JsonObject CUSTOM_STATUS =
            JsonObject.of("f:metadata", JsonObject.EMPTY, "f:spec", JsonObject.EMPTY);

    private ResetFields() {}

    static JsonObject of(Kind kind, String subresource) {
        return switch (subresource) {
            case "status" ->
                    kind.schema().isEmpty()
                            ? CUSTOM_STATUS
                            : METADATA_BY_STATUS
                                    .getOrDefault(kind.resource(), JsonObject.EMPTY)
                                    .with("f:spec", JsonObject.EMPTY);
            case "" ->
                    kind.hasSubresource("status")
                            ? JsonObject.of("f:status", JsonObject.EMPTY)
                            : JsonObject.EMPTY;
            default -> JsonObject.EMPTY;
        };
    }

    private static JsonObject metadata(String... names) {
        JsonObject.Builder fields = JsonObject.builder();
        for (String name : names) {
            fields.put("f:" + name, JsonObject.EMPTY);
        }
        return JsonObject.of("f:metadata", fields.build());
    }
}
