package kat.api.strategy;

import kat.api.Kind;
import kat.api.json.JsonObject;
import kat.api.schema.Decoder;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;

/// A status in which nothing is set, in canonical form.
final class ZeroStatus {

    private ZeroStatus() {}

    static JsonObject of(Kind kind) {
        Schema schema = Schemas.builtIn().of(kind);
        Schema status = schema == null ? null : schema.field("status");
        return status == null ? JsonObject.EMPTY : Decoder.canonical(status, JsonObject.EMPTY);
    }
}
