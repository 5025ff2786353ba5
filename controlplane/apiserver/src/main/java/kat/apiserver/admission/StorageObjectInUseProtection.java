package kat.apiserver.admission;

import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;

/// Volumes and claims are not removed while they are used: a finalizer holds them.
///
/// **Source:** `plugin/pkg/admission/storage/storageobjectinuseprotection`.
final class StorageObjectInUseProtection implements Plugin {

    @Override
    public JsonObject admit(Attributes attributes, JsonObject object) {
        if (attributes.operation() != Operation.CREATE) {
            return object;
        }
        String finalizer = finalizer(attributes.target().kind());
        JsonArray finalizers = object.object("metadata").array("finalizers");
        if (finalizer.isEmpty() || finalizers.strings().contains(finalizer)) {
            return object;
        }
        return object.withAt(finalizers.with(Json.of(finalizer)), "metadata", "finalizers");
    }

    private static String finalizer(Kind kind) {
        return switch (kind.resource()) {
            case "persistentvolumes" -> "kubernetes.io/pv-protection";
            case "persistentvolumeclaims" -> "kubernetes.io/pvc-protection";
            case "volumeattributesclasses.storage.k8s.io" -> "kubernetes.io/vac-protection";
            default -> "";
        };
    }
}
