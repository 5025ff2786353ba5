package kat.api.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import kat.api.cel.CelType;
import kat.api.cel.FieldNames;
import kat.api.schema.Schema;
import org.jspecify.annotations.Nullable;

/// The types of a kind's fields, as expressions see them.
///
/// **Threads:** one.
///
/// **Source:** `apiserver/pkg/cel/common/schemas.go`.
final class SchemaTypes {

    /// Definitions around the place that is looked at; one that comes again is not looked into.
    private final Deque<String> around = new ArrayDeque<>();

    private SchemaTypes() {}

    static CelType of(Schema schema) {
        CelType type = new SchemaTypes().type(schema);
        return type == null ? CelType.DYN : type;
    }

    /// Null when expressions cannot see such values.
    private @Nullable CelType type(Schema schema) {
        return switch (schema.type()) {
            case STRING -> text(schema.format());
            case INTEGER -> CelType.INT;
            case NUMBER -> CelType.DOUBLE;
            case BOOLEAN -> CelType.BOOL;
            case TIME, MICRO_TIME -> CelType.TIMESTAMP;
            case ARRAY -> {
                CelType items = type(schema.items());
                yield items == null ? null : CelType.list(items);
            }
            case MAP -> {
                CelType values = type(schema.values());
                yield values == null ? null : CelType.map(CelType.STRING, values);
            }
            case OBJECT -> object(schema);
            default -> CelType.DYN;
        };
    }

    private static CelType text(String format) {
        return switch (format) {
            case "byte" -> CelType.BYTES;
            case "date-time" -> CelType.TIMESTAMP;
            default -> CelType.STRING;
        };
    }

    private CelType object(Schema schema) {
        String definition = schema.definition();
        if (!definition.isEmpty() && around.contains(definition)) {
            return CelType.DYN;
        }
        around.push(definition);
        Map<String, CelType> fields = new TreeMap<>();
        for (Map.Entry<String, Schema> each : schema.fields().entrySet()) {
            CelType type = type(each.getValue());
            String name = FieldNames.escape(each.getKey());
            if (type != null && !name.isEmpty()) {
                fields.put(name, type);
            }
        }
        around.pop();
        return CelType.object(definition.isEmpty() ? "object" : definition, fields);
    }
}
