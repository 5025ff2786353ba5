package kat.api.defaults;

import kat.api.json.JsonObject;

/// Small changes that several rules share.
final class Objects {

    private Objects() {}

    /// `object` with those members of `more` that it has not.
    static JsonObject withAbsent(JsonObject object, JsonObject more) {
        JsonObject result = object;
        for (int i = 0; i < more.size(); i++) {
            if (!result.has(more.nameAt(i))) {
                result = result.with(more.nameAt(i), more.valueAt(i));
            }
        }
        return result;
    }
}
