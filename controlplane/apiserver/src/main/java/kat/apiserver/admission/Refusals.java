package kat.apiserver.admission;

import kat.api.Kind;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;

/// What plug-ins answer when they let something not in.
final class Refusals {

    private Refusals() {}

    /// Names the object by the beginning of its name while it has no name yet.
    ///
    /// @param why the text behind the colon
    static StatusException forbidden(Attributes attributes, JsonObject object, String why) {
        Kind kind = attributes.target().kind();
        return Status.forbidden(kind, name(attributes, object), why).asException();
    }

    private static String name(Attributes attributes, JsonObject object) {
        if (!attributes.target().name().isEmpty()) {
            return attributes.target().name();
        }
        JsonObject metadata = object.object("metadata");
        String name = metadata.string("name");
        String begin = name.isEmpty() ? metadata.string("generateName") : name;
        return begin.isEmpty() ? "Unknown" : begin;
    }
}
