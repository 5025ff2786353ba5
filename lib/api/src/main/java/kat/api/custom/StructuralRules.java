package kat.api.custom;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.regex.Regex;
import org.jspecify.annotations.Nullable;

/// What makes a schema structural: every place has a type, and what is said under `anyOf` and its
/// like only narrows what is said outside of them.
///
/// **Source:** `pkg/apiserver/schema/validation.go` and `complete.go` of the apiextensions server.
final class StructuralRules {

    private static final JsonArray INT_OR_STRING =
            JsonArray.of(
                    JsonObject.of("type", Json.of("integer")),
                    JsonObject.of("type", Json.of("string")));

    /// What must not be said under a junctor, with the word that tells how it should be.
    private static final List<Map.Entry<String, String>> FORBIDDEN =
            List.of(
                    Map.entry("type", "empty"),
                    Map.entry("additionalProperties", "undefined"),
                    Map.entry("default", "undefined"),
                    Map.entry("title", "empty"),
                    Map.entry("description", "empty"),
                    Map.entry("nullable", "false"),
                    Map.entry("x-kubernetes-preserve-unknown-fields", "false"),
                    Map.entry("x-kubernetes-embedded-resource", "false"),
                    Map.entry("x-kubernetes-int-or-string", "false"),
                    Map.entry("x-kubernetes-list-map-keys", "empty"),
                    Map.entry("x-kubernetes-list-type", "undefined"),
                    Map.entry("x-kubernetes-map-type", "undefined"),
                    Map.entry("x-kubernetes-validations", "empty"));

    private enum Level {
        ROOT("must not be empty at the root"),
        ITEM("must not be empty for specified array items"),
        FIELD("must not be empty for specified object fields");

        private final String typeMissing;

        Level(String typeMissing) {
            this.typeMissing = typeMissing;
        }
    }

    private final Faults faults = new Faults();

    private StructuralRules() {}

    /// All faults, sorted by their text.
    static List<Status.Cause> check(String path, JsonObject schema) {
        StructuralRules rules = new StructuralRules();
        rules.place(path, schema, Level.ROOT);
        rules.complete(path, path, schema, schema);
        List<Status.Cause> sorted = new ArrayList<>(rules.faults.causes());
        sorted.sort(Comparator.comparing(cause -> cause.field() + ": " + cause.message()));
        return sorted;
    }

    static boolean isStructural(JsonObject schema) {
        return check("", schema).isEmpty();
    }

    private void place(String path, JsonObject schema, Level level) {
        String type = schema.string("type");
        if (type.equals("array") && !schema.has("items")) {
            faults.required(path + ".items", "must be specified");
        }
        if (schema.get("items") instanceof JsonObject items) {
            place(path + ".items", items, Level.ITEM);
        }
        JsonObject properties = schema.object("properties");
        properties.forEach(
                (name, inner) ->
                        place(
                                Faults.key(path + ".properties", name),
                                Faults.object(inner),
                                Level.FIELD));
        additional(path, schema, level);
        extensions(path, schema);
        junctors(
                path,
                schema,
                schema.array("anyOf").equals(INT_OR_STRING),
                isFirstIntOrString(schema));
        type(path, schema, level);
        metadata(path, schema, level);
        if (schema.bool("x-kubernetes-embedded-resource")
                && !schema.bool("x-kubernetes-preserve-unknown-fields")
                && properties.isEmpty()) {
            faults.required(
                    path + ".properties",
                    "must not be empty if x-kubernetes-embedded-resource is true without"
                            + " x-kubernetes-preserve-unknown-fields");
        }
    }

    private static boolean isFirstIntOrString(JsonObject schema) {
        List<JsonObject> all = schema.array("allOf").objects();
        return !all.isEmpty() && all.getFirst().array("anyOf").equals(INT_OR_STRING);
    }

    private void additional(String path, JsonObject schema, Level level) {
        if (!schema.has("additionalProperties")) {
            return;
        }
        if (level == Level.ROOT) {
            faults.forbidden(path + ".additionalProperties", "must not be used at the root");
        }
        if (schema.get("additionalProperties") instanceof JsonObject values) {
            place(path + ".additionalProperties", values, Level.FIELD);
        }
    }

    private void extensions(String path, JsonObject schema) {
        if (!schema.bool("x-kubernetes-int-or-string")) {
            return;
        }
        for (String name :
                List.of("x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource")) {
            if (schema.bool(name)) {
                faults.invalid(
                        path + "." + name,
                        Json.of(true),
                        "must be false if x-kubernetes-int-or-string is true");
            }
        }
    }

    private void type(String path, JsonObject schema, Level level) {
        String type = schema.string("type");
        boolean isEmbedded = schema.bool("x-kubernetes-embedded-resource");
        if (isEmbedded && !type.equals("object")) {
            String detail = "must be object if x-kubernetes-embedded-resource is true";
            if (type.isEmpty()) {
                faults.required(path + ".type", detail);
            } else {
                faults.invalid(path + ".type", type, detail);
            }
        } else if (type.isEmpty()
                && !schema.bool("x-kubernetes-int-or-string")
                && !schema.bool("x-kubernetes-preserve-unknown-fields")) {
            faults.required(path + ".type", level.typeMissing);
        }
        if (isEmbedded && schema.has("additionalProperties")) {
            faults.forbidden(
                    path + ".additionalProperties",
                    "must not be used if x-kubernetes-embedded-resource is set");
        }
        if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
            faults.invalid(path + ".type", type, "must be object at the root");
        }
    }

    private void metadata(String path, JsonObject schema, Level level) {
        boolean isObject = level == Level.ROOT || schema.bool("x-kubernetes-embedded-resource");
        JsonObject properties = schema.object("properties");
        for (String name : List.of("kind", "apiVersion")) {
            if (isObject && properties.get(name) instanceof JsonObject own) {
                String type = own.string("type");
                if (!type.equals("string")) {
                    String at = Faults.key(path + ".properties", name) + ".type";
                    faults.invalid(at, type, "must be string");
                }
            }
        }
        if (!(properties.get("metadata") instanceof JsonObject own)) {
            return;
        }
        String at = Faults.key(path + ".properties", "metadata");
        if (isObject && !own.string("type").equals("object")) {
            faults.invalid(at + ".type", own.string("type"), "must be object");
        }
        if (level == Level.ROOT && !isPlainMetadata(own)) {
            faults.forbidden(
                    at,
                    "must not specify anything other than name and generateName, but metadata is"
                            + " implicitly specified");
        }
    }

    private static boolean isPlainMetadata(JsonObject metadata) {
        boolean namesOnly =
                metadata.object("properties").names().stream()
                        .allMatch(name -> name.equals("name") || name.equals("generateName"));
        JsonObject rest = metadata.without("properties").without("type").without("default");
        return namesOnly && rest.isEmpty();
    }

    /// @param skipAnyOf whether `anyOf` is the one that goes with int-or-string
    /// @param skipFirst whether that of the first of `allOf` is
    private void junctors(String path, JsonObject schema, boolean skipAnyOf, boolean skipFirst) {
        if (!skipAnyOf) {
            nestedList(path + ".anyOf", schema.array("anyOf"));
        }
        List<JsonObject> all = schema.array("allOf").objects();
        for (int i = 0; i < all.size(); i++) {
            nested(Faults.index(path + ".allOf", i), all.get(i), skipFirst && i == 0);
        }
        nestedList(path + ".oneOf", schema.array("oneOf"));
        if (schema.get("not") instanceof JsonObject not) {
            nested(path + ".not", not, false);
        }
        String pattern = schema.string("pattern");
        if (!pattern.isEmpty()) {
            try {
                Regex.compile(pattern);
            } catch (IllegalArgumentException e) {
                faults.invalid(
                        path + ".pattern",
                        pattern,
                        "must be a valid regular expression, but isn't: " + e.getMessage());
            }
        }
    }

    private void nestedList(String path, JsonArray list) {
        List<JsonObject> all = list.objects();
        for (int i = 0; i < all.size(); i++) {
            nested(Faults.index(path, i), all.get(i), false);
        }
    }

    private void nested(String path, JsonObject schema, boolean skipAnyOf) {
        junctors(path, schema, skipAnyOf, false);
        if (schema.get("items") instanceof JsonObject items) {
            nested(path + ".items", items, false);
        }
        schema.object("properties")
                .forEach(
                        (name, inner) ->
                                nested(
                                        Faults.key(path + ".properties", name),
                                        Faults.object(inner),
                                        false));
        for (Map.Entry<String, String> each : FORBIDDEN) {
            if (isSaid(schema.get(each.getKey()))) {
                faults.forbidden(
                        path + "." + each.getKey(),
                        "must be " + each.getValue() + " to be structural");
            }
        }
        if (schema.object("properties").has("metadata")) {
            faults.forbidden(
                    Faults.key(path + ".properties", "metadata"),
                    "must not be specified in a nested context");
        }
    }

    private static boolean isSaid(@Nullable Json value) {
        if (value == null) {
            return false;
        }
        return switch (value.toString()) {
            case "", "\"\"", "false", "[]", "null" -> false;
            default -> true;
        };
    }

    /// Everything that is narrowed is declared.
    private void complete(String path, String where, JsonObject narrowing, JsonObject schema) {
        if (narrowing.get("not") instanceof JsonObject not) {
            declared(path, where + ".not", not, schema);
        }
        for (String junctor : List.of("allOf", "anyOf", "oneOf")) {
            List<JsonObject> all = narrowing.array(junctor).objects();
            for (int i = 0; i < all.size(); i++) {
                declared(path, Faults.index(where + "." + junctor, i), all.get(i), schema);
            }
        }
    }

    private void declared(String path, String where, JsonObject narrowing, JsonObject schema) {
        complete(path, where, narrowing, schema);
        if (narrowing.get("items") instanceof JsonObject items) {
            if (schema.get("items") instanceof JsonObject own) {
                declared(path + ".items", where + ".items", items, own);
            } else {
                faults.required(path + ".items", "because it is defined in " + where + ".items");
            }
        }
        narrowing
                .object("properties")
                .forEach(
                        (name, inner) -> {
                            String at = Faults.key(path + ".properties", name);
                            String in = Faults.key(where + ".properties", name);
                            if (schema.object("properties").get(name) instanceof JsonObject own) {
                                declared(at, in, Faults.object(inner), own);
                            } else {
                                faults.required(at, "because it is defined in " + in);
                            }
                        });
    }
}
