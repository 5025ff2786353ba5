package kat.api.apply;

import java.util.Map;
import kat.api.Kind;
import kat.api.json.JsonObject;

/// The fields that a write to a resource or subresource cannot change, so that nobody comes to own
/// them by it: `status` of an object, `spec` of its status.
///
/// **Source:** `GetResetFields` of the strategies in Kubernetes' registries.
final class ResetFields {

    private static final String ADMISSION = ".admissionregistration.k8s.io";

    private static final String CERTIFICATES = "certificatesigningrequests.certificates.k8s.io";

    /// What the status subresource of a kind resets besides `spec`.
    private static final Map<String, JsonObject> METADATA_BY_STATUS =
            Map.ofEntries(
                    Map.entry("pods", metadata("deletionTimestamp", "ownerReferences")),
                    Map.entry("deployments.apps", metadata("labels")),
                    Map.entry("apiservices.apiregistration.k8s.io", metadata()),
                    Map.entry("validatingadmissionpolicies" + ADMISSION, metadata()),
                    Map.entry("flowschemas.flowcontrol.apiserver.k8s.io", metadata()),
                    Map.entry(
                            "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io", metadata()),
                    Map.entry("servicecidrs.networking.k8s.io", metadata()),
                    Map.entry("resourceclaims.resource.k8s.io", metadata()),
                    Map.entry("volumeattachments.storage.k8s.io", metadata()));

    private static final JsonObject CUSTOM_STATUS =
            JsonObject.of("f:metadata", JsonObject.EMPTY, "f:spec", JsonObject.EMPTY);

    private ResetFields() {}

    static JsonObject of(Kind kind, String subresource) {
        if (kind.resource().equals(CERTIFICATES)) {
            return certificates(subresource);
        }
        return switch (subresource) {
            case "status" ->
                    kind.schema().isEmpty()
                            ? CUSTOM_STATUS
                            : METADATA_BY_STATUS
                                    .getOrDefault(kind.resource(), JsonObject.EMPTY)
                                    .with("f:spec", JsonObject.EMPTY);
            case "finalize" -> JsonObject.of("f:status", JsonObject.EMPTY);
            case "" ->
                    kind.hasSubresource("status")
                            ? JsonObject.of("f:status", JsonObject.EMPTY)
                            : JsonObject.EMPTY;
            default -> JsonObject.EMPTY;
        };
    }

    /// What a request for a certificate asks never changes, so nobody comes to own it.
    private static JsonObject certificates(String subresource) {
        JsonObject spec = JsonObject.of("f:spec", JsonObject.EMPTY);
        return switch (subresource) {
            case "" -> spec.with("f:status", JsonObject.EMPTY);
            case "status" -> spec.with("f:status", JsonObject.of("f:conditions", JsonObject.EMPTY));
            case "approval" ->
                    spec.with("f:status", JsonObject.of("f:certificate", JsonObject.EMPTY));
            default -> spec;
        };
    }

    /// Fields of metadata; all of it without names.
    private static JsonObject metadata(String... names) {
        JsonObject.Builder fields = JsonObject.builder();
        for (String name : names) {
            fields.put("f:" + name, JsonObject.EMPTY);
        }
        return JsonObject.of("f:metadata", fields.build());
    }
}
