package kat.api.validation;

import kat.api.Kind;
import kat.api.defaults.Defaults;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.schema.Decoder;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;

/// Brings a sent object to where a server validates it.
final class TestDefaults {

    private TestDefaults() {}

    static JsonObject of(Kind kind, JsonObject sent) {
        Schema schema = Schemas.builtIn().of(kind);
        JsonObject object =
                schema == null ? sent : Defaults.apply(schema, Decoder.canonical(schema, sent));
        if (kind.kind().equals("Job") && !object.object("spec").has("selector")) {
            object = withSelector(object);
        }
        return kind.namespaced()
                ? object.change("metadata", metadata -> metadata.with("namespace", "ns"))
                : object;
    }

    /// What the server gives each Job before it is validated.
    private static JsonObject withSelector(JsonObject job) {
        JsonObject labels = JsonObject.of("controller-uid", Json.of("u"));
        return job.withAt(labels, "spec", "selector", "matchLabels")
                .withAt(labels, "spec", "template", "metadata", "labels");
    }
}
