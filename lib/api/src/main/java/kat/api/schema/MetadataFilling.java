package kat.api.schema;

import kat.api.json.Json;
import kat.api.json.JsonObject;

/// What the schema of a custom resource fills in inside of the metadata of embedded objects. The
/// type of metadata is given, so defaults that it does not know or that do not fit it are dropped.
///
/// **Source:** `pkg/apiserver/schema/defaulting/prune.go` of the apiextensions server.
final class MetadataFilling {

    /// The member of a property that holds the places with defaults; see [Schema#filling].
    static final String MEMBER = "filling";

    private MetadataFilling() {}

    /// The property `metadata` of a custom resource.
    ///
    /// @param declared what the structural schema says of it
    static JsonObject property(JsonObject declared) {
        JsonObject property = JsonObject.of("ref", Json.of(Schemas.OBJECT_META));
        if (declared.isEmpty()) {
            return property;
        }
        JsonObject filling = fitted(declared, Schemas.builtIn().require(Schemas.OBJECT_META));
        Json value = filling.get("default");
        JsonObject whole = value == null ? property : property.with("default", value);
        return filling.has("properties") ? whole.with(MEMBER, filling) : whole;
    }

    /// The places that have defaults; empty when there are none.
    private static JsonObject fitted(JsonObject declared, Schema type) {
        JsonObject.Builder found = JsonObject.builder();
        Json value = declared.get("default");
        Json fits = value == null || value.isNull() ? null : Decoder.fitted(type, value);
        if (fits != null) {
            found.put("default", fits);
        }
        if (declared.get("items") instanceof JsonObject items && type.type() == Schema.Type.ARRAY) {
            JsonObject inner = fitted(items, type.items());
            if (!inner.isEmpty()) {
                found.put("items", inner);
            }
        }
        JsonObject properties = properties(declared.object("properties"), type);
        if (!properties.isEmpty()) {
            found.put("properties", properties);
        }
        JsonObject places = found.build();
        return places.isEmpty()
                ? places
                : places.with("type", declared.string("type"))
                        .with("x-kubernetes-preserve-unknown-fields", true);
    }

    private static JsonObject properties(JsonObject declared, Schema type) {
        boolean isMap = type.type() == Schema.Type.MAP;
        return declared.map(
                (name, property) -> {
                    Schema field = isMap ? type.values() : type.field(name);
                    JsonObject inner =
                            field != null && property instanceof JsonObject place
                                    ? fitted(place, field)
                                    : JsonObject.EMPTY;
                    return inner.isEmpty() ? null : inner;
                });
    }
}
