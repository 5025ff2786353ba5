package kat.api.validation;

import java.time.Instant;
import kat.api.Kind;
import kat.api.defaults.Defaults;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.schema.Decoder;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import kat.api.strategy.FeatureGates;
import kat.api.strategy.Strategy;

/// Brings a sent object to where a server validates it.
final class TestDefaults {

    private TestDefaults() {}

    static JsonObject of(Kind kind, JsonObject sent) {
        Schema schema = Schemas.builtIn().of(kind);
        JsonObject object =
                schema == null ? sent : Defaults.apply(schema, Decoder.canonical(schema, sent));
        if (kind.kind().equals("Job")) {
            JsonObject named = object.withAt(Json.of("u"), "metadata", "uid");
            Json status = object.get("status");
            JsonObject prepared =
                    Strategy.prepareForCreate(kind, named, FeatureGates.DEFAULT, Instant.EPOCH);
            object = status == null ? prepared : prepared.with("status", status);
        }
        return kind.namespaced()
                ? object.change("metadata", metadata -> metadata.with("namespace", "ns"))
                : object;
    }
}
