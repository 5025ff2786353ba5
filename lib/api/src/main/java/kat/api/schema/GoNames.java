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
        boolean isTold =
                schema.type() == Schema.Type.INTEGER || schema.type() == Schema.Type.INT_OR_STRING;
        return value instanceof JsonNumber number && isTold
                ? "number " + number.literal()
                : ofValue(value);
    }

    static String ofValue(Json value) {
        return switch (value) {
            case JsonObject _ -> "object";
            case JsonArray _ -> "array";
            case JsonString _ -> "string";
            case JsonBoolean _ -> "bool";
            case JsonNull _ -> "null";
            case JsonNumber _ -> "number";
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

    /// Why a tree's value does not become one of a type.
    static String misfit(Json value, Schema schema) {
        String given = kind(value);
        return switch (schema.type()) {
            case MAP -> "cannot restore map from " + given;
            case ARRAY -> "cannot restore slice from " + given;
            case OBJECT -> "cannot restore struct from: " + given;
            case STRING -> {
                boolean byNumber = value instanceof JsonNumber number && number.isInteger();
                if (schema.format().equals("byte")) {
                    yield "cannot restore slice from " + given;
                }
                yield byNumber
                        ? "cannot convert int64 to string"
                        : "unrecognized type: " + ofType(schema);
            }
            case INTEGER ->
                    value instanceof JsonNumber
                            ? "cannot convert float64 to " + ofType(schema)
                            : "unrecognized type: " + ofType(schema);
            case NUMBER, BOOLEAN, ANY -> "unrecognized type: " + ofType(schema);
            case INT_OR_STRING, TIME, MICRO_TIME, QUANTITY ->
                    "json: cannot unmarshal "
                            + ofValue(Json.parse(value.toBytes()), schema)
                            + " into Go value of type "
                            + ofType(schema);
        };
    }

    private static String kind(Json value) {
        return switch (value) {
            case JsonObject _ -> "map";
            case JsonArray _ -> "slice";
            case JsonString _ -> "string";
            case JsonBoolean _ -> "bool";
            case JsonNumber number -> number.isInteger() ? "int64" : "float64";
            case JsonNull _ -> "invalid";
        };
    }
}
