package kat.api.custom;

import java.util.List;
import java.util.function.Predicate;
import kat.api.json.JsonObject;

/// Walks through the places of an OpenAPI schema.
final class SchemaTree {

    private static final List<String> ONE = List.of("items", "additionalProperties", "not");
    private static final List<String> MANY = List.of("allOf", "anyOf", "oneOf");

    private SchemaTree() {}

    static boolean hasDefault(JsonObject schema) {
        return has(schema, place -> place.has("default"));
    }

    /// Whether some place of the schema, the root included, is such.
    static boolean has(JsonObject schema, Predicate<JsonObject> wanted) {
        if (wanted.test(schema)) {
            return true;
        }
        for (String name : ONE) {
            if (schema.get(name) instanceof JsonObject inner && has(inner, wanted)) {
                return true;
            }
        }
        for (String name : MANY) {
            for (JsonObject inner : schema.array(name).objects()) {
                if (has(inner, wanted)) {
                    return true;
                }
            }
        }
        JsonObject properties = schema.object("properties");
        for (int i = 0; i < properties.size(); i++) {
            if (properties.valueAt(i) instanceof JsonObject inner && has(inner, wanted)) {
                return true;
            }
        }
        return false;
    }
}
