package kat.api.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/// Trees as Go prints them: `map[name:one ports:[80 81]]`. Kubernetes' messages quote them so.
public final class GoText {

    private static final int LEAST_PLAIN = -4;
    private static final int LEAST_LARGE = 6;

    private GoText() {}

    /// What the verb `%v` prints.
    public static String of(Json value) {
        return switch (value) {
            case JsonObject object -> {
                List<String> members = new ArrayList<>();
                object.forEach((name, member) -> members.add(name + ":" + of(member)));
                yield "map[" + String.join(" ", members) + "]";
            }
            case JsonArray array -> {
                List<String> items = new ArrayList<>();
                array.forEach(item -> items.add(of(item)));
                yield "[" + String.join(" ", items) + "]";
            }
            case JsonString(String text) -> text;
            case JsonNumber number ->
                    number.isInteger() ? number.toString() : floating(number.doubleValue());
            case JsonBoolean bool -> bool.toString();
            case JsonNull _ -> "<nil>";
        };
    }

    /// With an exponent from a million on, as the verb `%g` has it.
    private static String floating(double value) {
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= LEAST_PLAIN && exponent < LEAST_LARGE) {
            return exact.toPlainString();
        }
        String digits = exact.movePointLeft(exponent).toPlainString();
        return digits + String.format("e%+03d", exponent);
    }

    /// What the verb `%q` prints.
    public static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> quoted.append(escaped(c)));
        return quoted.append('"').toString();
    }

    private static String escaped(int c) {
        return switch (c) {
            case 7 -> "\\a";
            case 11 -> "\\v";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '\\' -> "\\\\";
            case '"' -> "\\\"";
            default ->
                    c < ' ' || c == 0x7f
                            ? String.format("\\x%02x", c)
                            : isShown(c)
                                    ? Character.toString(c)
                                    : String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
        };
    }

    private static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }

    /// The Go type that holds such a value once decoded.
    public static String typeOf(Json value) {
        return switch (value) {
            case JsonObject _ -> "map[string]interface {}";
            case JsonArray _ -> "[]interface {}";
            case JsonString _ -> "string";
            case JsonNumber number -> number.isInteger() ? "int64" : "float64";
            case JsonBoolean _ -> "bool";
            case JsonNull _ -> "<nil>";
        };
    }
}
