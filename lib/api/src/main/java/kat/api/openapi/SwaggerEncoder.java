package kat.api.openapi;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.protobuf.Bytes;
import kat.api.yaml.Yaml;

/// A version 2 document as protobuf: what kubectl reads to check a manifest whose kind it does not
/// know. Members of which that form knows nothing are left out.
///
/// **Source:** the messages of `gnostic`'s `OpenAPIv2.proto`.
final class SwaggerEncoder {

    private static final String EXTENSION = "x-";

    /// Each message with the numbers and types of its members. A type is a message, a scalar, or
    /// how a member is wrapped: `many T` stands in an array, `named T` is an object of any names,
    /// `in N T` lies in field N of a message that has no other; `one of T` may also be a reference
    /// or, for schemas, a boolean.
    private static final Map<String, Shape> SHAPES =
            Map.ofEntries(
                    shape(
                            "Document",
                            16,
                            "swagger 1 string",
                            "info 2 Info",
                            "host 3 string",
                            "basePath 4 string",
                            "schemes 5 many string",
                            "consumes 6 many string",
                            "produces 7 many string",
                            "paths 8 in 2 named PathItem",
                            "definitions 9 in 1 named Schema"),
                    shape(
                            "Info",
                            7,
                            "title 1 string",
                            "version 2 string",
                            "description 3 string",
                            "termsOfService 4 string"),
                    shape(
                            "PathItem",
                            10,
                            "$ref 1 string",
                            "get 2 Operation",
                            "put 3 Operation",
                            "post 4 Operation",
                            "delete 5 Operation",
                            "options 6 Operation",
                            "head 7 Operation",
                            "patch 8 Operation",
                            "parameters 9 many one of Parameter"),
                    shape(
                            "Operation",
                            13,
                            "tags 1 many string",
                            "summary 2 string",
                            "description 3 string",
                            "operationId 5 string",
                            "produces 6 many string",
                            "consumes 7 many string",
                            "parameters 8 many one of Parameter",
                            "responses 9 in 1 named one of Response",
                            "schemes 10 many string",
                            "deprecated 11 bool"),
                    shape("Reference", 0, "$ref 1 string", "description 2 string"),
                    shape(
                            "BodyParameter",
                            6,
                            "description 1 string",
                            "name 2 string",
                            "in 3 string",
                            "required 4 bool",
                            "schema 5 Schema"),
                    shape(
                            "PathParameter",
                            22,
                            "required 1 bool",
                            "in 2 string",
                            "description 3 string",
                            "name 4 string",
                            "type 5 string",
                            "format 6 string",
                            "uniqueItems 19 bool"),
                    shape(
                            "QueryParameter",
                            23,
                            "required 1 bool",
                            "in 2 string",
                            "description 3 string",
                            "name 4 string",
                            "type 6 string",
                            "format 7 string",
                            "uniqueItems 20 bool"),
                    shape("Response", 5, "description 1 string", "schema 2 in 1 Schema"),
                    shape(
                            "Schema",
                            31,
                            "$ref 1 string",
                            "format 2 string",
                            "title 3 string",
                            "description 4 string",
                            "default 5 any",
                            "multipleOf 6 double",
                            "maximum 7 double",
                            "exclusiveMaximum 8 bool",
                            "minimum 9 double",
                            "exclusiveMinimum 10 bool",
                            "maxLength 11 integer",
                            "minLength 12 integer",
                            "pattern 13 string",
                            "maxItems 14 integer",
                            "minItems 15 integer",
                            "uniqueItems 16 bool",
                            "maxProperties 17 integer",
                            "minProperties 18 integer",
                            "required 19 many string",
                            "enum 20 many any",
                            "additionalProperties 21 one of Schema",
                            "type 22 in 1 many string",
                            "items 23 in 1 many Schema",
                            "allOf 24 many Schema",
                            "properties 25 in 1 named Schema",
                            "discriminator 26 string",
                            "readOnly 27 bool",
                            "example 30 any"));

    /// What becomes of a member's value.
    private sealed interface Type {
        record Scalar(String name) implements Type {}

        record Message(String name) implements Type {}

        record OneOf(String name) implements Type {}

        record Many(Type of) implements Type {}

        record Named(Type of) implements Type {}

        record In(int number, Type type) implements Type {}
    }

    private record Member(int number, Type type) {}

    /// @param extensions number of the field for members that begin with `x-`; 0 for none
    private record Shape(int extensions, Map<String, Member> members) {}

    private static final int NAME = 1;
    private static final int VALUE = 2;
    private static final int YAML = 2;

    private final Bytes out = new Bytes(1 << 20);

    private SwaggerEncoder() {}

    /// @throws IllegalArgumentException when a member is no value of its type
    static byte[] encode(JsonObject document) {
        SwaggerEncoder encoder = new SwaggerEncoder();
        encoder.message("Document", document);
        return encoder.out.take();
    }

    private static Map.Entry<String, Shape> shape(String name, int extensions, String... lines) {
        Map<String, Member> members = new LinkedHashMap<>();
        for (String line : lines) {
            String[] words = line.split(" ", 3);
            members.put(words[0], new Member(Integer.parseInt(words[1]), type(words[2])));
        }
        return Map.entry(name, new Shape(extensions, members));
    }

    private static Type type(String text) {
        if (text.startsWith("many ")) {
            return new Type.Many(type(text.substring("many ".length())));
        }
        if (text.startsWith("named ")) {
            return new Type.Named(type(text.substring("named ".length())));
        }
        if (text.startsWith("one of ")) {
            return new Type.OneOf(text.substring("one of ".length()));
        }
        if (text.startsWith("in ")) {
            String[] words = text.split(" ", 3);
            return new Type.In(Integer.parseInt(words[1]), type(words[2]));
        }
        return Character.isUpperCase(text.charAt(0))
                ? new Type.Message(text)
                : new Type.Scalar(text);
    }

    private void message(String name, JsonObject tree) {
        Shape shape = SHAPES.get(name);
        if (shape == null) {
            throw new IllegalStateException("no message " + name);
        }
        tree.forEach(
                (key, value) -> {
                    Member member = shape.members().get(key);
                    if (member != null) {
                        field(member.number(), member.type(), value);
                    } else if (key.startsWith(EXTENSION) && shape.extensions() > 0) {
                        named(shape.extensions(), key, new Type.Scalar("any"), value);
                    }
                });
    }

    private void field(int number, Type type, Json value) {
        switch (type) {
            case Type.Scalar(String name) -> scalar(number, name, value);
            case Type.Message(String name) ->
                    within(number, () -> message(name, as(JsonObject.class, value)));
            case Type.OneOf(String name) -> within(number, () -> oneOf(name, value));
            case Type.Many(Type of) ->
                    (value instanceof JsonArray many ? many.items() : List.of(value))
                            .forEach(each -> field(number, of, each));
            case Type.Named(Type of) ->
                    as(JsonObject.class, value)
                            .forEach((key, each) -> named(number, key, of, each));
            case Type.In(int inner, Type of) -> within(number, () -> field(inner, of, value));
        }
    }

    private void named(int number, String name, Type type, Json value) {
        within(
                number,
                () -> {
                    text(NAME, name);
                    field(VALUE, type, value);
                });
    }

    private void within(int number, Runnable content) {
        int start = out.beginRun(number);
        content.run();
        out.end(start);
    }

    private void oneOf(String name, Json value) {
        if (value instanceof JsonBoolean) {
            scalar(2, "bool", value);
        } else if (name.equals("Schema")) {
            field(1, new Type.Message(name), value);
        } else if (as(JsonObject.class, value).has("$ref")) {
            field(2, new Type.Message("Reference"), value);
        } else if (name.equals("Parameter")) {
            within(1, () -> parameter(as(JsonObject.class, value)));
        } else {
            field(1, new Type.Message(name), value);
        }
    }

    private void parameter(JsonObject tree) {
        switch (tree.string("in")) {
            case "body" -> field(1, new Type.Message("BodyParameter"), tree);
            case "path" -> field(2, new Type.In(4, new Type.Message("PathParameter")), tree);
            case "query" -> field(2, new Type.In(3, new Type.Message("QueryParameter")), tree);
            default -> {
                // Headers and forms are no part of Kubernetes' API.
            }
        }
    }

    private void scalar(int number, String name, Json value) {
        switch (name) {
            case "string" -> text(number, as(JsonString.class, value).value());
            case "bool" -> out.number(number, value.equals(Json.of(true)) ? 1 : 0);
            case "integer" -> out.number(number, as(JsonNumber.class, value).longValue());
            case "double" -> out.decimal(number, as(JsonNumber.class, value).doubleValue());
            case "any" -> within(number, () -> text(YAML, Yaml.write(value)));
            default -> throw new IllegalStateException("no scalar " + name);
        }
    }

    private static <T extends Json> T as(Class<T> type, Json value) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("no " + type.getSimpleName() + ": " + value);
        }
        return type.cast(value);
    }

    private void text(int number, String text) {
        out.run(number, text.getBytes(StandardCharsets.UTF_8));
    }
}
