package kat.api.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.schema.Descriptions;
import org.jspecify.annotations.Nullable;

/// Writes definitions in OpenAPI's form, and notes which others they refer to.
final class SchemaWriter {

    /// The two forms of OpenAPI that Kubernetes publishes.
    enum Version {
        V2("#/definitions/"),
        V3("#/components/schemas/");

        private final String prefix;

        Version(String prefix) {
            this.prefix = prefix;
        }
    }

    /// Extensions that are written under their Kubernetes name.
    private static final List<String> EXTENSIONS =
            List.of("list-type", "list-map-keys", "map-type", "patch-merge-key", "patch-strategy");

    private final Version version;
    private final Descriptions descriptions;
    private final Set<String> referred;

    /// @param referred gets the names of the definitions that are referred to
    SchemaWriter(Version version, Descriptions descriptions, Set<String> referred) {
        this.version = version;
        this.descriptions = descriptions;
        this.referred = referred;
    }

    /// @param source of a whole definition in the compact form
    JsonObject definition(String name, JsonObject source) {
        JsonObject.Builder json = JsonObject.builder();
        json.putUnlessEmpty("description", descriptions.of(name));
        typed(name, source, json);
        kinds(source, json);
        Json unions = source.get("unions");
        if (unions != null) {
            json.put("x-kubernetes-unions", unions);
        }
        extensions(source, json);
        return json.build();
    }

    private void typed(String name, JsonObject source, JsonObject.Builder json) {
        if (source.has("fields")) {
            json.put("type", "object");
            json.put("properties", properties(name, source.object("fields")));
            copy(source, "required", json);
            return;
        }
        JsonArray choices = source.array("oneOf");
        if (!choices.isEmpty() && version == Version.V3) {
            json.put("oneOf", choices.map(type -> JsonObject.of("type", type)));
        } else if (!choices.isEmpty()) {
            json.put("type", "string");
        } else {
            copy(source, "type", json);
        }
        copy(source, "format", json);
    }

    private JsonObject properties(String name, JsonObject fields) {
        boolean isTold = !name.endsWith(".JSONSchemaProps");
        return fields.map(
                (field, value) ->
                        value instanceof JsonObject source
                                ? field(source, descriptions.of(name, field), isTold)
                                : null);
    }

    /// @param isTold whether Kubernetes has a sentence for the field, even where none is known
    ///     here: in version 3 a reference has no sentence beside it, but may stand in a list of one
    private JsonObject field(JsonObject source, String description, boolean isTold) {
        JsonObject.Builder json = JsonObject.builder().putUnlessEmpty("description", description);
        String target = source.string("ref");
        if (!target.isEmpty()) {
            boolean struct = source.string("go").equals("value") || target.endsWith("Meta");
            JsonObject reference = reference(target);
            boolean plain = !isTold && !struct;
            if (plain || version == Version.V2) {
                return description.isEmpty()
                        ? reference
                        : reference.with("description", description);
            }
            json.put("allOf", JsonArray.of(reference));
            if (struct && !isScalar(target)) {
                json.put("default", JsonObject.EMPTY);
            }
        }
        copy(source, "type", json);
        copy(source, "format", json);
        copy(source, "enum", json);
        if (version == Version.V3) {
            copy(source, "default", json);
        }
        if (source.get("items") instanceof JsonObject items) {
            json.put("items", element(items));
        }
        if (source.get("values") instanceof JsonObject values) {
            json.put("additionalProperties", element(values));
        }
        extensions(source, json);
        return json.build();
    }

    /// What a list or map holds. In Go that is no pointer, so in version 3 it has a default: what
    /// Go has where nothing was said.
    private JsonObject element(JsonObject source) {
        String target = source.string("ref");
        boolean isStruct = !target.isEmpty() && !isScalar(target);
        JsonObject element = field(source.with("go", isStruct ? "value" : ""), "", false);
        boolean isBytes = source.string("format").equals("byte");
        if (version == Version.V2 || !target.isEmpty() || isBytes || element.has("default")) {
            return element;
        }
        return switch (source.string("type")) {
            case "string" -> element.with("default", "");
            case "integer", "number" -> element.with("default", 0);
            case "boolean" -> element.with("default", false);
            default -> element;
        };
    }

    private static boolean isScalar(String definition) {
        return definition.endsWith("Time")
                || definition.endsWith(".Quantity")
                || definition.endsWith(".IntOrString")
                || definition.endsWith(".RawExtension")
                || definition.endsWith(".JSON");
    }

    JsonObject reference(String definition) {
        referred.add(definition);
        return JsonObject.of("$ref", Json.of(version.prefix + definition));
    }

    private static void kinds(JsonObject source, JsonObject.Builder json) {
        List<Json> kinds = new ArrayList<>();
        for (String kind : source.array("kinds").strings()) {
            String[] parts = kind.split("/", -1);
            boolean core = parts.length == 2;
            kinds.add(kind(core ? "" : parts[0], parts[parts.length - 2], parts[parts.length - 1]));
        }
        if (!kinds.isEmpty()) {
            json.put("x-kubernetes-group-version-kind", new JsonArray(kinds));
        }
    }

    static JsonObject kind(String group, String version, String kind) {
        return JsonObject.builder()
                .put("group", group)
                .put("kind", kind)
                .put("version", version)
                .build();
    }

    private static void extensions(JsonObject source, JsonObject.Builder json) {
        for (String name : EXTENSIONS) {
            @Nullable Json value = source.get(name);
            if (value != null) {
                json.put("x-kubernetes-" + name, value);
            }
        }
    }

    private static void copy(JsonObject source, String name, JsonObject.Builder json) {
        @Nullable Json value = source.get(name);
        if (value != null) {
            json.put(name, value);
        }
    }
}
