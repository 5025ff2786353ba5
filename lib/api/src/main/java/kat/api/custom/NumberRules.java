package kat.api.custom;

import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The rules of schemas for numbers.
///
/// **Source:** kube-openapi's `numberValidator`.
final class NumberRules {

    private static final double NEARLY = 1e-9;

    private NumberRules() {}

    static void check(JsonObject schema, JsonNumber number, String name, Verdict verdict) {
        String why = misfit(schema, number, name);
        if (why != null) {
            verdict.composite("Checked " + why);
        }
        if (schema.get("multipleOf") instanceof JsonNumber factor) {
            multiple(
                    number,
                    checked("MultipleOf", schema, number, factor, name, verdict),
                    name,
                    verdict);
        }
        if (schema.get("minimum") instanceof JsonNumber least) {
            Bound bound = checked("Minimum boundary", schema, number, least, name, verdict);
            boolean exclusive = schema.bool("exclusiveMinimum");
            int order = bound.compare(number);
            if (order < 0 || (exclusive && order == 0)) {
                String wanted = exclusive ? "greater than " : "greater than or equal to ";
                fault(number, name, "should be " + wanted + bound.shown(), verdict);
            }
        }
        if (schema.get("maximum") instanceof JsonNumber most) {
            Bound bound = checked("Maximum boundary", schema, number, most, name, verdict);
            boolean exclusive = schema.bool("exclusiveMaximum");
            int order = bound.compare(number);
            if (order > 0 || (exclusive && order == 0)) {
                String wanted = exclusive ? "less than " : "less than or equal to ";
                fault(number, name, "should be " + wanted + bound.shown(), verdict);
            }
        }
        verdict.count();
    }

    /// What a number is measured by. Integers are by an integer: what stands behind the point of a
    /// bound is cut off, unless the bound does not fit the schema's own type.
    private record Bound(JsonNumber value, boolean isInteger) {

        int compare(JsonNumber number) {
            return isInteger
                    ? Long.compare(number.longValue(), value.longValue())
                    : Double.compare(number.doubleValue(), value.doubleValue());
        }

        Json shown() {
            return isInteger ? Json.of(value.longValue()) : value;
        }
    }

    private static Bound checked(
            String what,
            JsonObject schema,
            JsonNumber number,
            JsonNumber bound,
            String name,
            Verdict verdict) {
        String why = misfit(schema, bound, name);
        if (why != null) {
            verdict.composite(what + " " + why);
        }
        return new Bound(bound, why == null && number.isInteger());
    }

    private static void fault(JsonNumber number, String name, String text, Verdict verdict) {
        verdict.invalid(name, number, name + " in body " + text);
    }

    /// Why a number is none of the schema's type and format; null when it is.
    private static @Nullable String misfit(JsonObject schema, JsonNumber number, String name) {
        String type = schema.string("type");
        String format = schema.string("format");
        boolean isTooLarge =
                switch (type + " " + format) {
                    case "integer int32" ->
                            !isWhole(number) || number.doubleValue() != (int) number.doubleValue();
                    case "number float" -> Math.abs(number.doubleValue()) > Float.MAX_VALUE;
                    default -> type.equals("integer") && !isWhole(number);
                };
        String shown = format.isEmpty() ? " (default format)" : " with format " + format;
        return isTooLarge ? "value must be of type " + type + shown + " in " + name : null;
    }

    private static boolean isWhole(JsonNumber number) {
        return number.isInteger() || isWhole(number.doubleValue());
    }

    private static void multiple(JsonNumber number, Bound factor, String name, Verdict verdict) {
        Json shown = factor.shown();
        boolean isPositive =
                factor.isInteger()
                        ? factor.value().longValue() > 0
                        : factor.value().doubleValue() > 0;
        if (!isPositive) {
            verdict.invalid(
                    name,
                    shown,
                    "factor MultipleOf declared for " + name + " must be positive: " + shown);
            return;
        }
        boolean fits;
        if (factor.isInteger()) {
            fits = number.longValue() % factor.value().longValue() == 0;
        } else {
            double by = factor.value().doubleValue();
            double times = by < 1 ? 1 / by * number.doubleValue() : number.doubleValue() / by;
            fits = isWhole(times);
        }
        if (!fits) {
            fault(number, name, "should be a multiple of " + shown, verdict);
        }
    }

    /// Whether a number is an integer but for what floating point loses.
    static boolean isWhole(double value) {
        if (Double.isInfinite(value) || Math.abs(value) > 1L << 53) {
            return false;
        }
        double diff = Math.abs(value - Math.rint(value));
        return diff == 0 || diff / Math.max(Math.abs(value), Math.ulp(1.0)) < NEARLY;
    }
}
