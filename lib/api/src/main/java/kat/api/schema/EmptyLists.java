package kat.api.schema;

import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;

/// Lists that are always written and hold nothing: what is stored does not tell one that was sent
/// empty from one that was not sent, and says null for both.
///
/// **Threads:** any.
public final class EmptyLists {

    private EmptyLists() {}

    /// The object with null for each such list; the same when it has none.
    ///
    /// @param object in the decoder's canonical form
    public static JsonObject asNull(Schema schema, JsonObject object) {
        return schema.isCustom() ? object : members(schema, object);
    }

    private static JsonObject members(Schema schema, JsonObject object) {
        return object.map(
                (name, value) -> {
                    if (!(value instanceof JsonObject || value instanceof JsonArray)) {
                        return value;
                    }
                    Schema field = schema.field(name);
                    return field == null ? value : value(field, value);
                });
    }

    private static Json value(Schema field, Json value) {
        return switch (value) {
            case JsonArray list when field.type() == Schema.Type.ARRAY -> {
                boolean always = field.presence() == Schema.Presence.ALWAYS;
                yield list.isEmpty() && always ? JsonNull.NULL : items(field.items(), list);
            }
            case JsonObject inner when field.type() == Schema.Type.OBJECT -> members(field, inner);
            default -> value;
        };
    }

    private static Json items(Schema item, JsonArray list) {
        return item.type() == Schema.Type.OBJECT
                ? list.map(each -> each instanceof JsonObject one ? members(item, one) : each)
                : list;
    }
}
