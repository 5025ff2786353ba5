package kat.api.schema;

import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// What is left of an object once it was stored and read again.
///
/// Kubernetes stores its own kinds as protobuf, which has no word for a list that is empty and
/// yet there, nor for bytes that are null:
///
/// | before | after |
/// |---|---|
/// | `rules: []` of a field that is always written | `rules: null` |
/// | `policies: []` of a field that is told from none | nothing |
/// | `data: {a: null}` of a map of bytes | `data: {a: ""}` |
///
/// **Threads:** any.
///
/// **Source:** `DryRunnableStorage.copyInto` in apiserver; the generated protobuf code of its
/// types.
public final class ReadBack {

    private static final Json NO_BYTES = new JsonString("");

    private final boolean isStored;

    private ReadBack(boolean isStored) {
        this.isStored = isStored;
    }

    /// @param object canonical; given back itself when nothing changes
    public static JsonObject of(Schema schema, JsonObject object) {
        return new ReadBack(true).object(schema, object);
    }

    /// The object without what is told from none until it is stored: nobody owns that.
    ///
    /// @param object canonical; given back itself when nothing changes
    public static JsonObject withoutTold(Schema schema, JsonObject object) {
        return new ReadBack(false).object(schema, object);
    }

    private JsonObject object(Schema schema, JsonObject object) {
        JsonObject result = object;
        for (int i = 0; i < object.size(); i++) {
            Schema field = schema.field(object.nameAt(i));
            Json value = object.valueAt(i);
            if (field != null && field.presence() == Schema.Presence.TOLD && isEmpty(value)) {
                result = result.without(object.nameAt(i));
                continue;
            }
            Json after = field == null ? value : field(field, value);
            if (after != value) {
                result = result.with(object.nameAt(i), after);
            }
        }
        return result;
    }

    private static boolean isEmpty(Json value) {
        return switch (value) {
            case JsonArray list -> list.isEmpty();
            case JsonObject map -> map.isEmpty();
            default -> false;
        };
    }

    private Json field(Schema field, Json value) {
        boolean isNothing =
                isStored
                        && field.type() == Schema.Type.ARRAY
                        && field.presence() == Schema.Presence.ALWAYS
                        && value instanceof JsonArray list
                        && list.isEmpty();
        return isNothing ? JsonNull.NULL : value(field, value);
    }

    private Json value(@Nullable Schema schema, Json value) {
        if (schema == null) {
            return value;
        }
        return switch (schema.type()) {
            case OBJECT -> value instanceof JsonObject object ? object(schema, object) : value;
            case MAP -> value instanceof JsonObject object ? map(schema.values(), object) : value;
            case ARRAY -> value instanceof JsonArray list ? list(schema.items(), list) : value;
            default -> value;
        };
    }

    private JsonObject map(Schema values, JsonObject object) {
        boolean bytes =
                isStored && values.type() == Schema.Type.STRING && values.format().equals("byte");
        JsonObject result = object;
        for (int i = 0; i < object.size(); i++) {
            Json value = object.valueAt(i);
            Json after = bytes && value.isNull() ? NO_BYTES : value(values, value);
            if (after != value) {
                result = result.with(object.nameAt(i), after);
            }
        }
        return result;
    }

    private JsonArray list(Schema items, JsonArray list) {
        for (int i = 0; i < list.size(); i++) {
            if (value(items, list.get(i)) != list.get(i)) {
                return list.map(item -> value(items, item));
            }
        }
        return list;
    }
}
