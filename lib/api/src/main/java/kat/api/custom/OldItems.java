package kat.api.custom;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The items of a stored list by their keys: what a new item is the successor of. Only the items of
/// a list of type `map` can be told apart so.
///
/// **Source:** `apiserver/pkg/cel/common/maplist.go`.
final class OldItems {

    private static final OldItems NONE = new OldItems(List.of(), Map.of());

    private final List<String> keys;
    private final Map<JsonObject, Json> items;

    private OldItems(List<String> keys, Map<JsonObject, Json> items) {
        this.keys = keys;
        this.items = items;
    }

    /// @param schema of the list
    static OldItems of(JsonObject schema, @Nullable Json old) {
        boolean isMap = schema.string("x-kubernetes-list-type").equals("map");
        if (!isMap || !(old instanceof JsonArray list)) {
            return NONE;
        }
        List<String> keys = schema.array("x-kubernetes-list-map-keys").strings();
        Map<JsonObject, Json> items = new HashMap<>();
        for (Json item : list) {
            if (item instanceof JsonObject object) {
                items.putIfAbsent(key(keys, object), item);
            }
        }
        return new OldItems(keys, items);
    }

    private static JsonObject key(List<String> keys, JsonObject item) {
        JsonObject key = JsonObject.EMPTY;
        for (String name : keys) {
            Json value = item.get(name);
            key = value == null ? key : key.with(name, value);
        }
        return key;
    }

    /// Whether a value is what was stored, whatever the order of lists of type `map`.
    ///
    /// **Source:** `CachedDeepEqual` in `apiserver/pkg/cel/common/equality.go`.
    static boolean isSame(JsonObject schema, Json value, @Nullable Json old) {
        if (old == null || value.equals(old)) {
            return old != null;
        }
        if (value instanceof JsonArray list && old instanceof JsonArray before) {
            OldItems known = of(schema, before);
            JsonObject items = schema.object("items");
            return list.size() == before.size()
                    && list.items().stream()
                            .allMatch(item -> isSame(items, item, known.matching(item)));
        }
        if (value instanceof JsonObject object && old instanceof JsonObject before) {
            return object.size() == before.size()
                    && IntStream.range(0, object.size())
                            .allMatch(i -> isSameMember(schema, object, i, before));
        }
        return false;
    }

    private static boolean isSameMember(
            JsonObject schema, JsonObject object, int index, JsonObject before) {
        String name = object.nameAt(index);
        JsonObject inner =
                schema.object("properties").get(name) instanceof JsonObject known
                        ? known
                        : schema.object("additionalProperties");
        return isSame(inner, object.valueAt(index), before.get(name));
    }

    /// Null when there is none.
    @Nullable Json matching(Json item) {
        return item instanceof JsonObject object && !items.isEmpty()
                ? items.get(key(keys, object))
                : null;
    }
}
