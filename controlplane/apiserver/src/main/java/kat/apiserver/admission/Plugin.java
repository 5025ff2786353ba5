package kat.apiserver.admission;

import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;

/// One step of admission. Its methods do nothing unless overridden.
interface Plugin {

    /// The object with what this plug-in adds.
    ///
    /// @throws kat.api.StatusException when it may not be written
    default JsonObject admit(Attributes attributes, JsonObject object) {
        return object;
    }

    /// What is sent to a subresource with what this plug-in adds.
    ///
    /// @param sent such as a Binding; its kind is the attributes' part
    default JsonObject admitPart(Attributes attributes, JsonObject sent) {
        return sent;
    }

    /// Judges what all steps and webhooks have made of an object, before it is looked at whether
    /// that is valid.
    ///
    /// @param object empty for a deletion
    /// @throws kat.api.StatusException when it may not be written
    default void guard(Attributes attributes, JsonObject object) {}

    /// Judges an object that is valid.
    ///
    /// @param object empty for a deletion
    /// @throws kat.api.StatusException when it may not be written
    default void validate(Attributes attributes, JsonObject object) {}
}
