package kat.api.custom;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonObject;

/// What the parts of an OpenAPI schema may say, and how Kubernetes' extensions go together.
///
/// **Source:** `ValidateCustomResourceDefinitionOpenAPISchema` of the apiextensions server.
final class OpenApiRules {

    private static final Set<String> META = Set.of("metadata", "kind", "apiVersion");
    private static final String LIST_TYPE = "x-kubernetes-list-type";
    private static final String MAP_TYPE = "x-kubernetes-map-type";
    private static final String MAP_KEYS = "x-kubernetes-list-map-keys";

    private static final List<Map.Entry<String, String>> UNSUPPORTED =
            List.of(
                    Map.entry("id", "id is not supported"),
                    Map.entry("additionalItems", "additionalItems is not supported"),
                    Map.entry("patternProperties", "patternProperties is not supported"),
                    Map.entry("definitions", "definitions is not supported"),
                    Map.entry("dependencies", "dependencies is not supported"),
                    Map.entry("$ref", "$ref is not supported"));

    private final Faults faults;

    OpenApiRules(Faults faults) {
        this.faults = faults;
    }

    /// How a place is looked at.
    ///
    /// @param noDefaults why there may be no default; empty when there may
    private record View(boolean isRoot, boolean isMeta, String noDefaults) {
        View inside() {
            return new View(false, isMeta, noDefaults);
        }

        View without(String reason) {
            return new View(false, isMeta, reason);
        }
    }

    void check(String path, JsonObject schema) {
        place(path, schema, new View(true, false, ""));
    }

    private void place(String path, JsonObject schema, View view) {
        standard(path, schema, view);
        if (schema.bool("uniqueItems")) {
            faults.forbidden(
                    path + ".uniqueItems",
                    "uniqueItems cannot be set to true since the runtime complexity becomes"
                            + " quadratic");
        }
        additional(path, schema, view);
        properties(path, schema, view);
        junctors(path, schema, view);
        if (schema.get("items") instanceof JsonObject items) {
            place(path + ".items", items, view.inside());
        }
        if (schema.get("x-kubernetes-preserve-unknown-fields") instanceof JsonBoolean keep
                && !keep.value()) {
            faults.invalid(
                    path + ".x-kubernetes-preserve-unknown-fields",
                    keep,
                    "must be true or undefined");
        }
        mapType(path, schema);
        listType(path, schema);
        mapKeys(path, schema);
        keyed(path, schema);
        RuleText.check(path, schema, faults);
    }

    private void standard(String path, JsonObject schema, View view) {
        String type = schema.string("type");
        switch (type) {
            case "", "string", "number", "integer", "boolean", "array", "object" -> {}
            default ->
                    faults.unsupported(
                            path + ".type",
                            type,
                            "array",
                            "boolean",
                            "integer",
                            "number",
                            "object",
                            "string");
        }
        if (schema.has("default") && !view.noDefaults().isEmpty()) {
            faults.forbidden(path + ".default", "must not be set " + view.noDefaults());
        }
        for (Map.Entry<String, String> each : UNSUPPORTED) {
            if (schema.has(each.getKey())) {
                faults.forbidden(path + "." + each.getKey(), each.getValue());
            }
        }
        if (type.equals("null")) {
            faults.forbidden(
                    path + ".type", "type cannot be set to null, use nullable as an alternative");
        }
        if (schema.get("items") instanceof JsonArray) {
            faults.forbidden(path + ".items", "items must be a schema object and not an array");
        }
        if (view.isMeta() && schema.bool("x-kubernetes-embedded-resource")) {
            faults.forbidden(
                    path + ".x-kubernetes-embedded-resource",
                    "must not be used inside of resource meta");
        }
    }

    private void additional(String path, JsonObject schema, View view) {
        Json rest = schema.get("additionalProperties");
        if (rest == null) {
            return;
        }
        boolean allowsAll = rest instanceof JsonBoolean all && all.value();
        if (!schema.object("properties").isEmpty() && !allowsAll) {
            faults.forbidden(
                    path + ".additionalProperties",
                    "additionalProperties and properties are mutual exclusive");
        }
        if (rest instanceof JsonObject values) {
            View inner =
                    view.isMeta()
                            ? view.without(
                                    "inside additionalProperties applying to object metadata")
                            : view.inside();
            place(path + ".additionalProperties", values, inner);
        }
    }

    private void properties(String path, JsonObject schema, View view) {
        boolean isObject = view.isRoot() || schema.bool("x-kubernetes-embedded-resource");
        schema.object("properties")
                .forEach(
                        (name, inner) -> {
                            View own = view.inside();
                            if (isObject && META.contains(name)) {
                                String reason =
                                        view.isRoot() ? "in top-level " + name : view.noDefaults();
                                own = new View(false, true, reason);
                            }
                            String at = Faults.key(path + ".properties", name);
                            place(at, Faults.object(inner), own);
                        });
    }

    private void junctors(String path, JsonObject schema, View view) {
        if (schema.get("not") instanceof JsonObject not) {
            place(path + ".not", not, view.inside());
        }
        for (String name : List.of("allOf", "oneOf", "anyOf")) {
            List<JsonObject> all = schema.array(name).objects();
            for (int i = 0; i < all.size(); i++) {
                place(Faults.index(path + "." + name, i), all.get(i), view.inside());
            }
        }
    }

    private void mapType(String path, JsonObject schema) {
        if (!schema.has(MAP_TYPE)) {
            return;
        }
        typed(path, schema, "object", "must be object if x-kubernetes-map-type is specified");
        String type = schema.string(MAP_TYPE);
        if (!type.equals("atomic") && !type.equals("granular")) {
            faults.unsupported(path + "." + MAP_TYPE, type, "atomic", "granular");
        }
    }

    private boolean typed(String path, JsonObject schema, String wanted, String detail) {
        String type = schema.string("type");
        if (type.isEmpty()) {
            faults.required(path + ".type", detail);
        } else if (!type.equals(wanted)) {
            faults.invalid(path + ".type", type, detail);
        }
        return type.equals(wanted);
    }

    private void listType(String path, JsonObject schema) {
        if (!schema.has(LIST_TYPE)) {
            return;
        }
        String type = schema.string(LIST_TYPE);
        boolean isList =
                typed(
                        path,
                        schema,
                        "array",
                        "must be array if x-kubernetes-list-type is specified");
        if (isList && type.equals("set") && schema.get("items") instanceof JsonObject items) {
            setItems(path + ".items", items);
        }
        if (!type.equals("atomic") && !type.equals("set") && !type.equals("map")) {
            faults.unsupported(path + "." + LIST_TYPE, type, "atomic", "set", "map");
        }
    }

    private void setItems(String path, JsonObject items) {
        String detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
        String list = items.string(LIST_TYPE);
        if (items.string("type").equals("array") && !list.isEmpty() && !list.equals("atomic")) {
            faults.invalid(path + "." + LIST_TYPE, list, detail);
        }
        if (items.string("type").equals("object") && !items.string(MAP_TYPE).equals("atomic")) {
            Json shown = items.get(LIST_TYPE);
            faults.invalid(
                    path + "." + MAP_TYPE,
                    shown == null ? kat.api.json.JsonNull.NULL : shown,
                    detail);
        }
    }

    private void mapKeys(String path, JsonObject schema) {
        JsonArray keys = schema.array(MAP_KEYS);
        String type = schema.string(LIST_TYPE);
        String detail = "must be map if x-kubernetes-list-map-keys is non-empty";
        if (!keys.isEmpty() && type.isEmpty()) {
            faults.required(path + "." + LIST_TYPE, detail);
        } else if (!keys.isEmpty() && !type.equals("map")) {
            faults.invalid(path + "." + LIST_TYPE, type, detail);
        }
        if (!type.equals("map")) {
            return;
        }
        if (keys.isEmpty()) {
            faults.required(
                    path + "." + MAP_KEYS, "must not be empty if x-kubernetes-list-type is map");
        }
        if (!(schema.get("items") instanceof JsonObject items)) {
            faults.required(path + ".items", "must have a schema if x-kubernetes-list-type is map");
            return;
        }
        if (!items.string("type").equals("object")) {
            faults.invalid(
                    path + ".items.type",
                    items.string("type"),
                    "must be object if parent array's x-kubernetes-list-type is map");
            return;
        }
        keyFields(path, keys, items);
    }

    private void keyFields(String path, JsonArray keys, JsonObject items) {
        Set<String> seen = new HashSet<>();
        for (String key : keys.strings()) {
            if (items.object("properties").get(key) instanceof JsonObject field) {
                String type = field.string("type");
                if (type.equals("array") || type.equals("object")) {
                    faults.invalid(
                            Faults.key(path + ".items.properties", key) + ".type",
                            items.string("type"),
                            "must be a scalar type if parent array's x-kubernetes-list-type is map");
                }
            } else {
                faults.invalid(
                        path + "." + MAP_KEYS,
                        keys,
                        "entries must all be names of item properties");
            }
            if (!seen.add(key)) {
                faults.invalid(path + "." + MAP_KEYS, keys, "must not contain duplicate entries");
            }
        }
    }

    /// Keys are always there, and items never null.
    private void keyed(String path, JsonObject schema) {
        String type = schema.string(LIST_TYPE);
        if ((!type.equals("set") && !type.equals("map"))
                || !(schema.get("items") instanceof JsonObject items)) {
            return;
        }
        if (items.bool("nullable")) {
            faults.forbidden(
                    path + ".items.nullable",
                    "cannot be nullable when x-kubernetes-list-type is " + type);
        }
        if (type.equals("set")) {
            return;
        }
        List<String> required = items.array("required").strings();
        for (String key : schema.array(MAP_KEYS).strings()) {
            if (!(items.object("properties").get(key) instanceof JsonObject field)) {
                continue;
            }
            String at = Faults.key(path + ".items.properties", key);
            if (!required.contains(key) && !field.has("default")) {
                faults.required(
                        at + ".default",
                        "this property is in x-kubernetes-list-map-keys, so it must have a default"
                                + " or be a required property");
            }
            if (field.bool("nullable")) {
                faults.forbidden(
                        at + ".nullable",
                        "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
            }
        }
    }
}
