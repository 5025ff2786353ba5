package kat.api.custom;

import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.regex.Expressions;
import kat.api.regex.TooManyStepsException;
import org.jspecify.annotations.Nullable;

/// Checks values against an OpenAPI schema as Kubernetes does for custom resources: the same words,
/// the same peculiarities.
///
/// On updates what was wrong before and is as it was is let pass.
///
/// **Threads:** any.
///
/// **Source:** kube-openapi's `validation/validate`; `pkg/apiserver/validation` of the
/// apiextensions server.
final class SchemaValidator {

    private static final String IN_BODY = " in body ";

    private final Expressions patterns = new Expressions();

    /// Checks a whole value. What a whole object lacks, and its type, is not let pass for having
    /// been wrong before.
    ///
    /// @param path of the value; empty for a whole object
    /// @param old the stored value; null for a creation
    void check(String path, JsonObject schema, Json value, @Nullable Json old, Faults out) {
        Verdict verdict =
                path.isEmpty() && old instanceof JsonObject stored
                        ? judge(schema, value, "", stored.without("apiVersion").without("kind"))
                        : validate(schema, value, "", old);
        verdict.tell(path, out);
    }

    private Verdict validate(JsonObject schema, Json value, String name, @Nullable Json old) {
        Verdict verdict = judge(schema, value, name, old);
        boolean ratcheted =
                old != null && !verdict.isValid() && OldItems.isSame(schema, value, old);
        return ratcheted ? new Verdict() : verdict;
    }

    private Verdict judge(JsonObject schema, Json value, String name, @Nullable Json old) {
        Verdict verdict = new Verdict();
        type(schema, value, name, verdict);
        if (value instanceof JsonNull) {
            enumeration(schema, value, name, verdict);
        } else {
            junctors(schema, value, name, verdict);
            switch (value) {
                case JsonString(String text) -> text(schema, text, name, verdict);
                case JsonNumber number -> NumberRules.check(schema, number, name, verdict);
                case JsonArray list -> list(schema, list, name, old, verdict);
                default -> {}
            }
            enumeration(schema, value, name, verdict);
            if (value instanceof JsonObject object) {
                object(schema, object, name, old, verdict);
            }
        }
        verdict.count();
        return verdict;
    }

    private static void type(JsonObject schema, Json value, String name, Verdict verdict) {
        List<String> types = types(schema);
        String own = types.size() == 1 ? types.getFirst() : "";
        String format = schema.string("format");
        boolean hasFormat = !format.isEmpty() && Formats.isSupported(own, format);
        if (types.isEmpty() && !hasFormat) {
            return;
        }
        String wanted = String.join(",", types);
        if (value instanceof JsonNull) {
            if (!types.isEmpty() && !schema.bool("nullable")) {
                wrongType(name, wanted, "null", verdict);
            }
            return;
        }
        String actual = typeOf(value);
        boolean fits = types.contains(actual) || isNumberAs(types, value);
        boolean isText = value instanceof JsonString || value instanceof JsonArray;
        if (hasFormat && !isText && !fits) {
            wrongType(name, format, formatOf(value), verdict);
            return;
        }
        boolean isNumeric = types.contains("number") || types.contains("integer");
        if (!isNumeric && hasFormat && isText) {
            return;
        }
        if (!fits) {
            wrongType(name, wanted, actual, verdict);
        }
    }

    private static List<String> types(JsonObject schema) {
        if (schema.bool("x-kubernetes-int-or-string")) {
            return List.of("integer", "string");
        }
        String type = schema.string("type");
        return type.isEmpty() ? List.of() : List.of(type);
    }

    private static boolean isNumberAs(List<String> types, Json value) {
        return value instanceof JsonNumber number
                && (number.isInteger()
                        ? types.contains("number")
                        : types.contains("integer") && NumberRules.isWhole(number.doubleValue()));
    }

    private static String typeOf(Json value) {
        return switch (value) {
            case JsonString _ -> "string";
            case JsonNumber number -> number.isInteger() ? "integer" : "number";
            case JsonBoolean _ -> "boolean";
            case JsonArray _ -> "array";
            case JsonObject _ -> "object";
            case JsonNull _ -> "null";
        };
    }

    private static String formatOf(Json value) {
        return value instanceof JsonNumber number ? number.isInteger() ? "int64" : "float64" : "";
    }

    private static void wrongType(String name, String wanted, String actual, Verdict verdict) {
        Json shown = Json.of(actual);
        verdict.wrongType(name, shown, name + IN_BODY + "must be of type " + wanted + ": " + shown);
    }

    private void junctors(JsonObject schema, Json value, String name, Verdict verdict) {
        anyOf(schema.array("anyOf").objects(), value, name, verdict);
        oneOf(schema.array("oneOf").objects(), value, name, verdict);
        List<JsonObject> all = schema.array("allOf").objects();
        int valid = 0;
        for (JsonObject each : all) {
            Verdict one = validate(each, value, name, null);
            valid += one.isValid() ? 1 : 0;
            verdict.merge(one);
        }
        String quoted = Json.of(name).toString();
        if (valid != all.size()) {
            verdict.composite(
                    quoted
                            + " must validate all the schemas (allOf)"
                            + (valid == 0 ? ". None validated" : ""));
        }
        if (schema.get("not") instanceof JsonObject not) {
            Verdict refused = validate(not, value, name, null);
            if (refused.isValid()) {
                verdict.composite(quoted + " must not validate the schema (not)");
            } else if (refused.isUnknown()) {
                verdict.merge(refused);
            }
        }
    }

    private void anyOf(List<JsonObject> any, Json value, String name, Verdict verdict) {
        Verdict best = null;
        for (JsonObject each : any) {
            Verdict one = validate(each, value, name, null);
            if (one.isValid()) {
                return;
            }
            if (best == null || one.matches() > best.matches()) {
                best = one;
            }
        }
        if (best != null) {
            verdict.composite(Json.of(name) + " must validate at least one schema (anyOf)");
            verdict.merge(best);
        }
    }

    private void oneOf(List<JsonObject> one, Json value, String name, Verdict verdict) {
        Verdict best = null;
        int valid = 0;
        for (JsonObject each : one) {
            Verdict found = validate(each, value, name, null);
            if (found.isUnknown()) {
                verdict.merge(found);
            }
            if (found.isValid()) {
                valid++;
                best = null;
            } else if (valid == 0 && (best == null || found.matches() > best.matches())) {
                best = found;
            }
        }
        if (!one.isEmpty() && valid != 1) {
            verdict.composite(
                    Json.of(name)
                            + " must validate one and only one schema (oneOf). "
                            + (valid == 0
                                    ? "Found none valid"
                                    : "Found " + valid + " valid alternatives"));
            if (best != null) {
                verdict.merge(best);
            }
        }
    }

    private void text(JsonObject schema, String text, String name, Verdict verdict) {
        Json shown = Json.of(text);
        int length = text.codePointCount(0, text.length());
        String pattern = schema.string("pattern");
        if (schema.has("maxLength") && length > schema.integer("maxLength", 0)) {
            tell(name, verdict, faults -> faults.tooLong(name, schema.integer("maxLength", 0)));
        } else if (length < schema.integer("minLength", 0)) {
            verdict.invalid(
                    name,
                    shown,
                    name
                            + IN_BODY
                            + "should be at least "
                            + schema.integer("minLength", 0)
                            + " chars long");
        } else if (!pattern.isEmpty()) {
            pattern(pattern, text, name, verdict);
        }
        List<String> types = types(schema);
        String format = schema.string("format");
        String own = types.size() == 1 ? types.getFirst() : "";
        if (!format.isEmpty()
                && (own.isEmpty() || own.equals("string"))
                && !Formats.matches(format, text)) {
            verdict.wrongType(
                    name, shown, name + IN_BODY + "must be of type " + format + ": " + shown);
        }
        verdict.count();
    }

    private void pattern(String pattern, String text, String name, Verdict verdict) {
        String should = name + IN_BODY + "should match '" + pattern + "'";
        try {
            if (!patterns.get(pattern).find(text)) {
                verdict.invalid(name, Json.of(text), should);
            }
        } catch (TooManyStepsException e) {
            verdict.unknown(name, Json.of(text), should + ": " + e.getMessage());
        }
    }

    private static void tell(
            String name, Verdict verdict, java.util.function.Consumer<Faults> wording) {
        Faults worded = new Faults();
        wording.accept(worded);
        worded.causes().forEach(cause -> verdict.taken(name, cause));
    }

    private void list(
            JsonObject schema, JsonArray list, String name, @Nullable Json old, Verdict verdict) {
        if (schema.get("items") instanceof JsonObject items) {
            OldItems before = OldItems.of(schema, old);
            for (int i = 0; i < list.size(); i++) {
                Json item = list.get(i);
                verdict.merge(validate(items, item, name + "[" + i + "]", before.matching(item)));
            }
        }
        int size = list.size();
        if (size < schema.integer("minItems", 0)) {
            verdict.invalid(
                    name,
                    Json.of(size),
                    name
                            + IN_BODY
                            + "should have at least "
                            + schema.integer("minItems", 0)
                            + " items");
        }
        if (schema.has("maxItems") && size > schema.integer("maxItems", 0)) {
            long most = schema.integer("maxItems", 0);
            tell(name, verdict, faults -> faults.tooMany(name, size, most));
        }
        verdict.count();
    }

    private static void enumeration(JsonObject schema, Json value, String name, Verdict verdict) {
        List<Json> allowed = schema.array("enum").items();
        if (!allowed.isEmpty() && !allowed.contains(value)) {
            tell(name, verdict, faults -> faults.unsupported(name, value, allowed));
        }
        verdict.count();
    }

    private void object(
            JsonObject schema,
            JsonObject object,
            String name,
            @Nullable Json old,
            Verdict verdict) {
        properties(schema, object, name, verdict);
        JsonObject declared = schema.object("properties");
        Json rest = schema.get("additionalProperties");
        boolean closed = rest instanceof JsonBoolean allows && !allows.value();
        for (int i = 0; i < object.size(); i++) {
            String key = object.nameAt(i);
            Json before = old instanceof JsonObject known ? known.get(key) : null;
            boolean isMeta = name.isEmpty() && (key.equals("kind") || key.equals("apiVersion"));
            if (declared.get(key) instanceof JsonObject property) {
                String at = name.isEmpty() ? key : name + "." + key;
                verdict.merge(validate(property, object.valueAt(i), at, isMeta ? null : before));
            } else if (rest instanceof JsonObject values) {
                verdict.merge(validate(values, object.valueAt(i), name + "." + key, before));
            } else if (closed) {
                verdict.invalid(
                        name, Json.of(key), name + "." + key + IN_BODY + "is a forbidden property");
            }
        }
        for (String required : schema.array("required").strings()) {
            if (!object.has(required)) {
                verdict.required(name + "." + required);
            }
        }
        verdict.count();
    }

    private static void properties(
            JsonObject schema, JsonObject object, String name, Verdict verdict) {
        long size = object.size();
        long least = schema.integer("minProperties", 0);
        if (size < least) {
            verdict.invalid(
                    name,
                    Json.of(size),
                    name + IN_BODY + "should have at least " + least + " properties");
        }
        if (schema.has("maxProperties") && size > schema.integer("maxProperties", 0)) {
            long most = schema.integer("maxProperties", 0);
            tell(name, verdict, faults -> faults.tooMany(name, size, most));
        }
    }
}
