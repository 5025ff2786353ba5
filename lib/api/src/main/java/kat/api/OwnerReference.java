package kat.api;

import kat.api.json.JsonObject;

/// The entry of `metadata.ownerReferences` that names one owner.
///
/// @param controller whether this owner manages the object; at most one does
/// @param blockOwnerDeletion whether a foreground deletion of the owner waits for this object
public record OwnerReference(
        String apiVersion,
        String kind,
        String name,
        String uid,
        boolean controller,
        boolean blockOwnerDeletion) {

    /// The reference by which `owner` controls what it creates, as `NewControllerRef` makes it.
    public static OwnerReference controlledBy(KubeObject owner) {
        return new OwnerReference(
                owner.apiVersion(), owner.kind(), owner.name(), owner.uid(), true, true);
    }

    static OwnerReference parse(JsonObject tree) {
        return new OwnerReference(
                tree.string("apiVersion"),
                tree.string("kind"),
                tree.string("name"),
                tree.string("uid"),
                tree.bool("controller"),
                tree.bool("blockOwnerDeletion"));
    }

    public JsonObject toJson() {
        JsonObject.Builder json =
                JsonObject.builder()
                        .put("apiVersion", apiVersion)
                        .put("kind", kind)
                        .put("name", name)
                        .put("uid", uid);
        if (controller) {
            json.put("controller", true);
        }
        if (blockOwnerDeletion) {
            json.put("blockOwnerDeletion", true);
        }
        return json.build();
    }
}
