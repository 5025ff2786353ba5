package kat.statemetrics;

import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Where a walk through an object stands.
///
/// @param item where it is
/// @param up where it came from; null at the object itself
/// @param root the object
record Scope(Json item, @Nullable Scope up, JsonObject root) {

    static Scope of(JsonObject object) {
        return new Scope(object, null, object);
    }

    Scope enter(Json part) {
        return new Scope(part, this, root);
    }

    Json above(int levels) {
        Scope at = this;
        for (int i = 0; i < levels; i++) {
            if (at.up == null) {
                return JsonNull.NULL;
            }
            at = at.up;
        }
        return at.item;
    }
}
