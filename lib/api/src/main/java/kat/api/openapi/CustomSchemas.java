package kat.api.openapi;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.custom.CustomKind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.schema.Schemas;

/// Definitions of custom resources, as their authors wrote them and as each version of OpenAPI can
/// say them.
///
/// **Source:** `pkg/controller/openapi` of the apiextensions server.
final class CustomSchemas {

    private static final String OPEN = "x-kubernetes-preserve-unknown-fields";
    private static final String EMBEDDED = "x-kubernetes-embedded-resource";
    private static final String LIST_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

    private static final JsonObject API_VERSION =
            text("APIVersion defines the group and version of the schema of this object.");
    private static final JsonObject KIND = text("Kind is the name of the type of this object.");

    private final SchemaWriter writer;
    private final boolean isSecond;

    CustomSchemas(SchemaWriter writer, SchemaWriter.Version version) {
        this.writer = writer;
        this.isSecond = version == SchemaWriter.Version.V2;
    }

    private static JsonObject text(String description) {
        return JsonObject.of("description", Json.of(description), "type", Json.of("string"));
    }

    /// The definition of an object.
    JsonObject object(CustomKind custom) {
        JsonObject written = custom.openApi();
        boolean isPlain = written.isEmpty() || (isSecond && written.bool(OPEN));
        JsonObject schema = isPlain ? plainObject() : whole(said(written));
        return extended(schema, custom, custom.kind().kind());
    }

    private static JsonObject plainObject() {
        return JsonObject.of("type", Json.of("object"));
    }

    private JsonObject whole(JsonObject schema) {
        JsonObject properties =
                schema.object("properties")
                        .with("apiVersion", API_VERSION)
                        .with("kind", KIND)
                        .with("metadata", metadata("Standard object's metadata.", false));
        return schema.with("properties", properties);
    }

    private JsonObject metadata(String description, boolean isList) {
        JsonObject reference = writer.reference(isList ? LIST_META : Schemas.OBJECT_META);
        return isSecond
                ? reference.with("description", description)
                : JsonObject.of(
                        "allOf", JsonArray.of(reference), "description", Json.of(description));
    }

    private static JsonObject extended(JsonObject schema, CustomKind custom, String name) {
        Kind kind = custom.kind();
        JsonObject typed =
                schema.with(
                        "x-kubernetes-group-version-kind",
                        JsonArray.of(SchemaWriter.kind(kind.group(), kind.version(), name)));
        if (custom.selectable().isEmpty()) {
            return typed;
        }
        List<Json> fields = new ArrayList<>();
        custom.selectable().forEach(path -> fields.add(JsonObject.of("fieldPath", Json.of(path))));
        return typed.with("x-kubernetes-selectable-fields", new JsonArray(fields));
    }

    /// The definition of a list.
    ///
    /// @param item the name of the definition of what it holds
    JsonObject list(CustomKind custom, String item) {
        String kind = custom.kind().kind();
        JsonObject items =
                JsonObject.builder()
                        .put("description", "List of " + custom.kind().plural() + ".")
                        .put("items", writer.reference(item))
                        .put("type", "array")
                        .build();
        JsonObject properties =
                JsonObject.builder()
                        .put("apiVersion", API_VERSION)
                        .put("items", items)
                        .put("kind", KIND)
                        .put("metadata", metadata("Standard list metadata.", true))
                        .build();
        JsonObject schema =
                JsonObject.builder()
                        .put("description", custom.listKind() + " is a list of " + kind)
                        .put("properties", properties)
                        .put("required", JsonArray.of(Json.of("items")))
                        .put("type", "object")
                        .build();
        return extended(schema, custom, custom.listKind());
    }

    /// A part of a schema without what this version of OpenAPI, or its readers, cannot take.
    private JsonObject said(JsonObject schema) {
        JsonObject out = isSecond ? reduced(schema) : schema;
        JsonObject properties = out.object("properties");
        if (!properties.isEmpty()) {
            out =
                    out.with(
                            "properties",
                            properties.map(
                                    (_, inner) ->
                                            inner instanceof JsonObject part ? said(part) : inner));
        }
        for (String name : List.of("items", "additionalProperties")) {
            if (out.get(name) instanceof JsonObject inner) {
                out = out.with(name, said(inner));
            }
        }
        return schema.bool(EMBEDDED) && !(isSecond && schema.bool(OPEN)) ? embedded(out) : out;
    }

    private JsonObject embedded(JsonObject schema) {
        List<String> required = new ArrayList<>(schema.array("required").strings());
        for (String name : List.of("kind", "apiVersion")) {
            if (!required.contains(name)) {
                required.add(name);
            }
        }
        return whole(schema).with("required", JsonArray.ofStrings(required));
    }

    private static JsonObject reduced(JsonObject schema) {
        JsonObject out = schema.without("default");
        for (String name : List.of("allOf", "anyOf", "oneOf", "not")) {
            out = out.without(name);
        }
        boolean isNullable = out.bool("nullable");
        boolean isOpen = out.bool(OPEN);
        if (isNullable || isOpen) {
            out = out.without("items").without("properties").without("nullable");
        }
        boolean isUntyped =
                isNullable
                        || (isOpen && out.string("type").equals("object"))
                        || (out.string("type").equals("array") && !out.has("items"));
        return withoutNullable(isUntyped ? out.without("type") : out);
    }

    /// What may be null is not asked for.
    private static JsonObject withoutNullable(JsonObject schema) {
        JsonObject properties = schema.object("properties");
        List<String> required = new ArrayList<>(schema.array("required").strings());
        boolean changed =
                required.removeIf(name -> properties.object(name).bool("nullable"))
                        || (schema.object("additionalProperties").bool("nullable")
                                && !required.isEmpty());
        if (!changed) {
            return schema;
        }
        boolean none = required.isEmpty() || schema.object("additionalProperties").bool("nullable");
        return none
                ? schema.without("required")
                : schema.with("required", JsonArray.ofStrings(required));
    }
}
