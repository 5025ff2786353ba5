package kat.apiserver.audit;

import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Leaves `metadata.managedFields` out of objects, of a list's items and of a table's rows.
final class ManagedFields {

    private ManagedFields() {}

    static JsonObject dropped(JsonObject object) {
        JsonObject plain = ofOne(object);
        if (plain.get("items") instanceof JsonArray items) {
            return plain.with("items", items.map(ManagedFields::ofItem));
        }
        if (plain.get("rows") instanceof JsonArray rows && plain.string("kind").equals("Table")) {
            return plain.with("rows", rows.map(ManagedFields::ofRow));
        }
        return plain;
    }

    private static Json ofItem(Json item) {
        return item instanceof JsonObject object ? ofOne(object) : item;
    }

    private static Json ofRow(Json row) {
        return row instanceof JsonObject object && object.has("object")
                ? object.change("object", ManagedFields::ofOne)
                : row;
    }

    private static JsonObject ofOne(JsonObject object) {
        return object.object("metadata").has("managedFields")
                ? object.withoutAt("metadata", "managedFields")
                : object;
    }
}
