package kat.apiserver.registry;

import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// What a write came to.
///
/// @param entry what was stored, or what was removed; null for a dry run
/// @param tree the object with its type; without a version when there is no entry
/// @param revision of the write; that of the object as it was when nothing had to be written
/// @param removed whether the object is gone now
/// @param created whether it was not there before
public record Outcome(
        @Nullable Entry entry, JsonObject tree, long revision, boolean removed, boolean created) {

    /// The object as bytes of a whole answer.
    public byte[] bytes(Resource resource) {
        return entry == null ? tree.toBytes() : resource.whole(entry);
    }

    /// The object as the components of this process share it.
    public KubeObject object(Resource resource) {
        return entry == null ? new KubeObject(tree) : resource.object(entry);
    }
}
