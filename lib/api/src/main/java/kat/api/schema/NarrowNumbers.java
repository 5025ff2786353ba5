package kat.api.schema;

import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;

/// Whole numbers as Kubernetes takes them from a tree that it merged, by a strategic patch or
/// server-side apply: in a field of 32 bits one that does not fit loses its upper bits. In
/// objects and other patches it is refused.
///
/// **Source:** `apimachinery/pkg/runtime/converter.go`.
public final class NarrowNumbers {

    private NarrowNumbers() {}

    /// The same object when all its numbers fit.
    public static JsonObject narrowed(Schema schema, JsonObject object) {
        JsonObject changed = object;
        for (String name : object.names()) {
            Schema field = schema.type() == Schema.Type.MAP ? schema.values() : schema.field(name);
            Json before = object.get(name);
            if (field != null && before != null) {
                Json after = value(field, before);
                changed = after == before ? changed : changed.with(name, after);
            }
        }
        return changed;
    }

    private static Json value(Schema schema, Json value) {
        return switch (schema.type()) {
            case INTEGER -> schema.format().equals("int32") ? number(value) : value;
            case OBJECT, MAP ->
                    value instanceof JsonObject object ? narrowed(schema, object) : value;
            case ARRAY ->
                    value instanceof JsonArray array
                            ? array.map(item -> value(schema.items(), item))
                            : value;
            case STRING, NUMBER, BOOLEAN, INT_OR_STRING, QUANTITY, TIME, MICRO_TIME, ANY -> value;
        };
    }

    private static Json number(Json value) {
        if (!(value instanceof JsonNumber number) || !number.isInteger()) {
            return value;
        }
        int narrow = (int) number.longValue();
        return narrow == number.longValue() ? value : JsonNumber.of(narrow);
    }
}
