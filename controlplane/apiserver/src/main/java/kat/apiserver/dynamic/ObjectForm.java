package kat.apiserver.dynamic;

import kat.api.Kind;
import kat.api.defaults.Defaults;
import kat.api.json.JsonObject;
import kat.api.schema.DecodeException;
import kat.api.schema.Decoder;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import org.jspecify.annotations.Nullable;

/// Brings what a webhook or policy made of an object into the form of its kind.
///
/// @param schema null for kinds without one, which take anything
record ObjectForm(Kind kind, @Nullable Schema schema) {

    static ObjectForm of(AdmissionRequest request) {
        Kind kind = request.kind();
        Schema schema =
                kind == request.resource().kind()
                        ? request.resource().schema()
                        : kind.schema().isEmpty() ? null : Schemas.builtIn().of(kind);
        return new ObjectForm(kind, schema);
    }

    /// Without unknown fields, with defaults.
    ///
    /// @throws kat.api.StatusException when it is no object of the kind
    JsonObject complete(JsonObject changed) {
        JsonObject typed = changed.with("apiVersion", kind.apiVersion()).with("kind", kind.kind());
        Schema known = schema;
        if (known == null) {
            return typed;
        }
        try {
            return Defaults.apply(known, Decoder.canonical(known, typed));
        } catch (DecodeException e) {
            throw Rejection.unexpected(String.valueOf(e.getMessage()));
        }
    }
}
