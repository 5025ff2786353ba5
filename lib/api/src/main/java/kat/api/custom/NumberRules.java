package kat.api.custom;

import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;

/// The rules of schemas for numbers.
///
/// **Source:** kube-openapi's `numberValidator`.
final class NumberRules {

    private static final double NEARLY = 1e-9;

    private NumberRules() {}

    static void check(JsonObject schema, JsonNumber number, String name, Verdict verdict) {
        format(schema, number, name, verdict);
        if (schema.get("multipleOf") instanceof JsonNumber factor) {
            multiple(number, factor, name, verdict);
        }
        if (schema.get("minimum") instanceof JsonNumber least) {
            boolean exclusive = schema.bool("exclusiveMinimum");
            int order = compare(number, least);
            if (order < 0 || (exclusive && order == 0)) {
                String wanted = exclusive ? "greater than " : "greater than or equal to ";
                fault(number, name, "should be " + wanted + bound(number, least), verdict);
            }
        }
        if (schema.get("maximum") instanceof JsonNumber most) {
            boolean exclusive = schema.bool("exclusiveMaximum");
            int order = compare(number, most);
            if (order > 0 || (exclusive && order == 0)) {
                String wanted = exclusive ? "less than " : "less than or equal to ";
                fault(number, name, "should be " + wanted + bound(number, most), verdict);
            }
        }
        verdict.count();
    }

    /// A bound for integers is an integer: what stands behind its point is cut off.
    private static Json bound(JsonNumber number, JsonNumber bound) {
        return number.isInteger() ? Json.of(bound.longValue()) : bound;
    }

    private static int compare(JsonNumber a, JsonNumber b) {
        return a.isInteger()
                ? Long.compare(a.longValue(), b.longValue())
                : Double.compare(a.doubleValue(), b.doubleValue());
    }

    private static void fault(JsonNumber number, String name, String text, Verdict verdict) {
        verdict.invalid(name, number, name + " in body " + text);
    }

    private static void format(JsonObject schema, JsonNumber number, String name, Verdict verdict) {
        String type = schema.string("type");
        String format = schema.string("format");
        boolean isTooLarge =
                switch (type + " " + format) {
                    case "integer int32" ->
                            !isWhole(number) || number.doubleValue() != (int) number.doubleValue();
                    case "number float" -> Math.abs(number.doubleValue()) > Float.MAX_VALUE;
                    default -> type.equals("integer") && !isWhole(number);
                };
        if (isTooLarge) {
            String shown = format.isEmpty() ? " (default format)" : " with format " + format;
            verdict.composite("Checked value must be of type " + type + shown + " in " + name);
        }
    }

    private static boolean isWhole(JsonNumber number) {
        return number.isInteger() || isWhole(number.doubleValue());
    }

    private static void multiple(
            JsonNumber number, JsonNumber factor, String name, Verdict verdict) {
        boolean fits;
        if (number.isInteger() && factor.longValue() == 0) {
            // a fraction below one is nothing to an integer
            verdict.invalid(
                    name,
                    Json.of(0),
                    "factor MultipleOf declared for " + name + " must be positive: 0");
            return;
        }
        if (number.isInteger()) {
            fits = number.longValue() % factor.longValue() == 0;
        } else {
            double by = factor.doubleValue();
            double times = by < 1 ? 1 / by * number.doubleValue() : number.doubleValue() / by;
            fits = isWhole(times);
        }
        if (!fits) {
            Json shown = number;
            verdict.invalid(name, shown, name + " in body should be a multiple of " + factor);
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
