package kat.apiserver.admission;

import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;

/// One step of admission. Both methods do nothing unless overridden.
interface Plugin {

    /// The object with what this plug-in adds.
    ///
    /// @throws kat.api.StatusException when it may not be written
    default JsonObject admit(Attributes attributes, JsonObject object) {
        return object;
    }

    /// @param object empty for a deletion
    /// @throws kat.api.StatusException when it may not be written
    default void validate(Attributes attributes, JsonObject object) {}
}
