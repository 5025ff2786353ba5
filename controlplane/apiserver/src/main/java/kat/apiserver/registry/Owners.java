package kat.apiserver.registry;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Leaves owners out that an object names twice, and tells the sender of them.
///
/// **Source:** `dedupOwnerReferencesAndAddWarning` of apiserver's handlers.
final class Owners {

    private static final String SENT = ".metadata.ownerReferences contains duplicate entries";
    private static final String ADMITTED = SENT + " after mutating admission happens";
    private static final String RULE =
            "; API server dedups owner references in 1.20+, and may reject such requests as early"
                    + " as 1.24; please fix your requests; duplicate UID(s) observed: ";

    private Owners() {}

    /// An object as a client sent it.
    static JsonObject ofSent(JsonObject object, WriteCall call) {
        return once(object, call, SENT);
    }

    /// An object as admission left it.
    static JsonObject ofAdmitted(JsonObject object, WriteCall call) {
        return once(object, call, ADMITTED);
    }

    private static JsonObject once(JsonObject object, WriteCall call, String what) {
        JsonArray owners = object.object("metadata").array("ownerReferences");
        if (owners.size() < 2) {
            return object;
        }
        Set<Json> kept = new LinkedHashSet<>();
        List<String> doubled = new ArrayList<>();
        for (JsonObject owner : owners.objects()) {
            if (!kept.add(owner)) {
                doubled.add(owner.string("uid"));
            }
        }
        if (doubled.isEmpty()) {
            return object;
        }
        call.warn(what + RULE + String.join(", ", doubled));
        return object.withAt(new JsonArray(List.copyOf(kept)), "metadata", "ownerReferences");
    }
}
