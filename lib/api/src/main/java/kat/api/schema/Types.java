package kat.api.schema;

import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.schema.Schema.Presence;

/// Reads a schema's type and presence from its members.
final class Types {

    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private Types() {}

    static Schema.Type of(Schema schema) {
        switch (schema.definition()) {
            case "io.k8s.apimachinery.pkg.api.resource.Quantity" -> {
                return Schema.Type.QUANTITY;
            }
            case "io.k8s.apimachinery.pkg.util.intstr.IntOrString" -> {
                return Schema.Type.INT_OR_STRING;
            }
            case META + "Time" -> {
                return Schema.Type.TIME;
            }
            case META + "MicroTime" -> {
                return Schema.Type.MICRO_TIME;
            }
            default -> {
                return ofMembers(schema.target().source());
            }
        }
    }

    private static Schema.Type ofMembers(JsonObject source) {
        if (source.bool("x-kubernetes-int-or-string")) {
            return Schema.Type.INT_OR_STRING;
        }
        if (source.has("fields") || source.has("properties")) {
            return Schema.Type.OBJECT;
        }
        return switch (source.string("type")) {
            case "string" -> Schema.Type.STRING;
            case "integer" -> Schema.Type.INTEGER;
            case "number" -> Schema.Type.NUMBER;
            case "boolean" -> Schema.Type.BOOLEAN;
            case "array" -> Schema.Type.ARRAY;
            case "object" -> ofObject(source);
            default -> Schema.Type.ANY;
        };
    }

    private static Schema.Type ofObject(JsonObject source) {
        Json values = source.get("additionalProperties");
        if (source.has("values") || values instanceof JsonObject) {
            return Schema.Type.MAP;
        }
        boolean free =
                (values != null && source.bool("additionalProperties"))
                        || source.bool("x-kubernetes-preserve-unknown-fields");
        return free ? Schema.Type.ANY : Schema.Type.OBJECT;
    }

    private static boolean isEmptyDefault(Schema schema) {
        return schema.defaultValue() instanceof JsonString(String text) && text.isEmpty();
    }

    /// What the schemas themselves tell: a default that is the type's zero value belongs to a
    /// scalar that is always written, a required list or map to one written as null.
    static Presence presence(Schema schema) {
        return switch (schema.type()) {
            case STRING ->
                    schema.defaultValue() != null && (schema.isRequired() || isEmptyDefault(schema))
                            ? Presence.ALWAYS
                            : Presence.OMIT_EMPTY;
            case INTEGER, NUMBER, BOOLEAN ->
                    schema.defaultValue() != null ? Presence.ALWAYS : Presence.OMIT_EMPTY;
            case ARRAY, MAP -> schema.isRequired() ? Presence.ALWAYS : Presence.OMIT_EMPTY;
            case OBJECT ->
                    schema.definition().equals(Schemas.OBJECT_META)
                            ? Presence.ALWAYS
                            : Presence.KEEP;
            case INT_OR_STRING, QUANTITY, TIME, MICRO_TIME, ANY -> Presence.KEEP;
        };
    }
}
