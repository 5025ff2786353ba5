package kat.api.schema;

import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// The words with which Go's decoder speaks of values and types.
final class GoNames {

    private GoNames() {}

    static String ofValue(Json value, Schema schema) {
        return switch (value) {
            case JsonObject _ -> "object";
            case JsonArray _ -> "array";
            case JsonString _ -> "string";
            case JsonBoolean _ -> "bool";
            case JsonNull _ -> "null";
            case JsonNumber number ->
                    schema.type() == Schema.Type.INTEGER ? "number " + number : "number";
        };
    }

    static String ofStruct(Schema schema) {
        String definition = schema.definition();
        return definition.substring(definition.lastIndexOf('.') + 1);
    }

    static String ofType(Schema schema) {
        return switch (schema.type()) {
            case STRING -> schema.format().equals("byte") ? "[]uint8" : "string";
            case INTEGER -> schema.format().equals("int32") ? "int32" : "int64";
            case NUMBER -> "float64";
            case BOOLEAN -> "bool";
            case ARRAY -> "[]" + ofType(schema.items());
            case MAP -> "map[string]" + ofType(schema.values());
            case OBJECT -> "v1." + ofStruct(schema);
            case INT_OR_STRING -> "int32";
            case QUANTITY -> "resource.Quantity";
            case TIME, MICRO_TIME -> "string";
            case ANY -> "interface {}";
        };
    }
}
