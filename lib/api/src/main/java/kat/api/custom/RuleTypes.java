package kat.api.custom;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.cel.CelType;
import kat.api.cel.FieldNames;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// The types that rules see, from the schema of what they check.
///
/// **Source:** `apiserver/pkg/cel/common/schemas.go`.
final class RuleTypes {

    static final long MAX_REQUEST = 3L * 1024 * 1024;

    /// Kubernetes puts a time behind it, so that nobody counts on the name.
    private static final String SELF = "selfType1";

    private static final long MAX_TIME = 32;
    private static final long DATE = 12;

    private static final JsonObject TEXT = JsonObject.of("type", Json.of("string"));
    private static final JsonObject METADATA =
            JsonObject.of(
                    "type",
                    Json.of("object"),
                    "properties",
                    JsonObject.of("generateName", TEXT, "name", TEXT));

    private RuleTypes() {}

    /// Null when rules cannot see such values.
    ///
    /// @param isRoot whether it is a whole object with type and metadata
    static @Nullable CelType of(JsonObject schema, boolean isRoot) {
        return of(schema, isRoot, SELF);
    }

    /// @param name of an object's type: objects at two places are of two types
    private static @Nullable CelType of(JsonObject schema, boolean isRoot, String name) {
        if (schema.bool("x-kubernetes-int-or-string")) {
            return CelType.DYN.sized(schema.has("maxLength") ? bytes(schema) : MAX_REQUEST - 2, 1);
        }
        return switch (schema.string("type")) {
            case "array" -> list(schema, name);
            case "object" -> object(isRoot ? whole(schema) : schema, name);
            case "string" -> text(schema);
            case "boolean" -> CelType.BOOL.sized(0, 4);
            case "number" -> CelType.DOUBLE.sized(0, 1);
            case "integer" -> CelType.INT.sized(0, 1);
            default -> null;
        };
    }

    /// The schema with the fields that every object has.
    static JsonObject whole(JsonObject schema) {
        JsonObject properties =
                schema.object("properties")
                        .with("apiVersion", TEXT)
                        .with("kind", TEXT)
                        .with("metadata", METADATA);
        return schema.with("properties", properties);
    }

    private static boolean isEmbedded(JsonObject schema) {
        return schema.bool("x-kubernetes-embedded-resource");
    }

    private static @Nullable CelType list(JsonObject schema, String name) {
        if (!(schema.get("items") instanceof JsonObject items)) {
            return null;
        }
        CelType type = of(items, isEmbedded(items), name + ".@idx");
        if (type == null) {
            return null;
        }
        long most =
                schema.has("maxItems")
                        ? Math.max(0, schema.integer("maxItems", 0))
                        : (MAX_REQUEST - 2) / (type.least() + 1);
        CelType list =
                switch (schema.string("x-kubernetes-list-type")) {
                    case "set" -> CelType.keyed(type, List.of());
                    case "map" ->
                            CelType.keyed(
                                    type, schema.array("x-kubernetes-list-map-keys").strings());
                    default -> CelType.list(type);
                };
        return list.sized(most, 2);
    }

    private static @Nullable CelType object(JsonObject schema, String name) {
        if (schema.get("additionalProperties") instanceof JsonObject values) {
            CelType type = of(values, isEmbedded(values), name + ".@elem");
            if (type == null) {
                return null;
            }
            long most =
                    schema.has("maxProperties")
                            ? Math.max(0, schema.integer("maxProperties", 0))
                            : (MAX_REQUEST - 2) / (type.least() + 6);
            CelType keys = CelType.STRING.sized(0, 2);
            return CelType.map(keys, type).sized(most, 2);
        }
        Map<String, CelType> fields = new TreeMap<>();
        List<String> required = schema.array("required").strings();
        long least = 2;
        JsonObject properties = schema.object("properties");
        for (int i = 0; i < properties.size(); i++) {
            String field = properties.nameAt(i);
            JsonObject property = Faults.object(properties.valueAt(i));
            String identifier = FieldNames.escape(field);
            CelType type = of(property, isEmbedded(property), name + "." + identifier);
            if (type != null && !identifier.isEmpty()) {
                fields.put(identifier, type);
            }
            if (type != null && required.contains(field) && !property.has("default")) {
                least += field.length() + type.least() + 4;
            }
        }
        return CelType.object(name, fields).sized(0, least);
    }

    private static CelType text(JsonObject schema) {
        long most = schema.has("maxLength") ? bytes(schema) : -1;
        return switch (schema.string("format")) {
            case "byte" -> CelType.BYTES.sized(most < 0 ? MAX_REQUEST - 2 : most / 4, 2);
            case "duration" -> CelType.DURATION.sized(MAX_TIME, 3);
            case "date" -> CelType.TIMESTAMP.sized(DATE, DATE);
            case "date-time" -> CelType.TIMESTAMP.sized(MAX_TIME, 21);
            default -> CelType.STRING.sized(most < 0 ? longest(schema) : most, 2);
        };
    }

    private static long bytes(JsonObject schema) {
        return Math.max(0, schema.integer("maxLength", 0)) * 4;
    }

    private static long longest(JsonObject schema) {
        List<Json> values = schema.array("enum").items();
        if (values.isEmpty()) {
            return MAX_REQUEST - 2;
        }
        long longest = 0;
        for (Json value : values) {
            if (value instanceof JsonString(String text)) {
                longest = Math.max(longest, text.length());
            }
        }
        return longest;
    }
}
