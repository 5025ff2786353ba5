package kat.api.cel;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `'%d of %s'.format([1, 'a'])`.
final class TextFormat {

    private TextFormat() {}

    static Object apply(Object[] arguments) {
        String pattern = (String) arguments[0];
        List<?> values = (List<?>) arguments[1];
        StringBuilder out = new StringBuilder();
        int next = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            int start = ++i;
            while (i < pattern.length() && ".0123456789".indexOf(pattern.charAt(i)) >= 0) {
                i++;
            }
            if (i >= pattern.length()) {
                throw new CelException("unexpected end of string");
            }
            if (pattern.charAt(i) == '%') {
                out.append('%');
                continue;
            }
            if (next >= values.size()) {
                throw new CelException("index " + next + " out of range");
            }
            String digits = pattern.substring(start, i).replace(".", "");
            int precision = digits.isEmpty() ? 6 : Integer.parseInt(digits);
            out.append(one(pattern.charAt(i), precision, values.get(next++)));
        }
        return out.toString();
    }

    private static String one(char verb, int precision, Object value) {
        return switch (verb) {
            case 's' -> text(value);
            case 'd' -> integer(value);
            case 'f' -> String.format(Locale.ROOT, "%." + precision + "f", Values.toDouble(value));
            case 'e' -> String.format(Locale.ROOT, "%." + precision + "e", Values.toDouble(value));
            case 'b' ->
                    value instanceof Boolean bool
                            ? (bool ? "1" : "0")
                            : Long.toBinaryString(whole(value));
            case 'o' -> Long.toOctalString(whole(value));
            case 'x', 'X' -> {
                String hex = hex(value);
                yield verb == 'X' ? hex.toUpperCase(Locale.ROOT) : hex;
            }
            default -> throw new CelException("unrecognized formatting clause \"" + verb + "\"");
        };
    }

    private static String integer(Object value) {
        return value instanceof Double number
                ? ConversionFunctions.number(number)
                : Long.toString(whole(value));
    }

    private static long whole(Object value) {
        return switch (value) {
            case Long number -> number;
            case CelUint number -> number.bits();
            default ->
                    throw new CelException(
                            "error during formatting: only integers can be formatted so, was"
                                    + " given "
                                    + Values.typeOf(value));
        };
    }

    private static String hex(Object value) {
        return switch (value) {
            case String text -> HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
            case CelBytes bytes -> HexFormat.of().formatHex(bytes.bytes());
            default -> Long.toHexString(whole(value));
        };
    }

    private static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case Double number -> ConversionFunctions.number(number);
            case List<?> list -> {
                List<String> items = new ArrayList<>();
                list.forEach(item -> items.add(text(item)));
                yield "[" + String.join(", ", items) + "]";
            }
            case Map<?, ?> map -> {
                List<String> items = new ArrayList<>();
                map.forEach((key, item) -> items.add(text(key) + ": " + text(item)));
                items.sort(null);
                yield "{" + String.join(", ", items) + "}";
            }
            case Duration time -> Durations.format(time);
            case CelBytes bytes -> new String(bytes.bytes(), StandardCharsets.UTF_8);
            default -> value.toString();
        };
    }
}
