package kat.api.custom;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The items of sets, and the keys of the items of map lists, are there once.
///
/// **Source:** `pkg/apiserver/schema/listtype` of the apiextensions server.
final class ListRules {

    private ListRules() {}

    static void check(String path, JsonObject schema, Json value, Faults out) {
        switch (value) {
            case JsonArray list -> list(path, schema, list, out);
            case JsonObject object -> object(path, schema, object, out);
            default -> {}
        }
    }

    private static void object(String path, JsonObject schema, JsonObject object, Faults out) {
        JsonObject properties = schema.object("properties");
        for (int i = 0; i < object.size(); i++) {
            String name = object.nameAt(i);
            if (schema.get("additionalProperties") instanceof JsonObject values) {
                check(Faults.key(path, name), values, object.valueAt(i), out);
            }
            if (properties.get(name) instanceof JsonObject property) {
                check(Faults.child(path, name), property, object.valueAt(i), out);
            }
        }
    }

    private static void list(String path, JsonObject schema, JsonArray list, Faults out) {
        switch (schema.string("x-kubernetes-list-type")) {
            case "set" -> unique(path, list.items(), out);
            case "map" ->
                    map(path, schema.array("x-kubernetes-list-map-keys").strings(), list, out);
            default -> {}
        }
        if (schema.get("items") instanceof JsonObject items) {
            for (int i = 0; i < list.size(); i++) {
                check(Faults.index(path, i), items, list.get(i), out);
            }
        }
    }

    private static void map(String path, List<String> keys, JsonArray list, Faults out) {
        List<Json> found = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Json item = list.get(i);
            if (!(item instanceof JsonObject) && !item.isNull()) {
                out.invalid(
                        Faults.index(path, i),
                        item,
                        "must be an object for an array of list-type map");
                return;
            }
            JsonObject key = JsonObject.EMPTY;
            for (String name : keys) {
                Json value = Faults.object(item).get(name);
                key = value == null ? key : key.with(name, value);
            }
            found.add(key);
        }
        unique(path, found, out);
    }

    /// Tells the first repetition of each item.
    private static void unique(String path, List<Json> items, Faults out) {
        Map<Json, Integer> seen = new HashMap<>();
        for (int i = 0; i < items.size(); i++) {
            if (seen.merge(items.get(i), 1, Integer::sum) == 2) {
                out.duplicate(Faults.index(path, i), items.get(i));
            }
        }
    }
}
