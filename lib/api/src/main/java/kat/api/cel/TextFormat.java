package kat.api.cel;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kat.api.json.GoText;
import org.jspecify.annotations.Nullable;

/// `'%d of %s'.format([1, 'a'])`.
///
/// **Source:** cel-go's `ext/formatting.go`, whose numbers are written as in American English.
final class TextFormat {

    private static final int PRECISION = 6;
    private static final String RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    private TextFormat() {}

    /// One place in a text: `%.2f`.
    record Clause(char verb, int precision) {}

    /// Writes the value for a place.
    interface Writer {
        /// @param clause null before it was read: only to see that there is a value
        /// @throws CelException when the value cannot be written so
        String write(@Nullable Clause clause, int at);
    }

    static Object apply(Object[] arguments) {
        List<?> values = (List<?>) arguments[1];
        return each(
                (String) arguments[0],
                (clause, at) -> {
                    if (at >= values.size()) {
                        throw new CelException("index " + at + " out of range");
                    }
                    return clause == null ? "" : one(clause, values.get(at));
                });
    }

    /// A text in which a writer fills each place.
    static String each(String pattern, Writer writer) {
        StringBuilder out = new StringBuilder();
        int next = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            if (i + 1 < pattern.length() && pattern.charAt(i + 1) == '%') {
                out.append('%');
                i++;
                continue;
            }
            writer.write(null, next);
            if (i + 1 >= pattern.length()) {
                throw new CelException("unexpected end of string");
            }
            int end = endOfPrecision(pattern, i + 1);
            Clause clause = clause(pattern, i + 1, end);
            try {
                out.append(writer.write(clause, next++));
            } catch (CelException e) {
                throw new CelException("error during formatting: " + e.getMessage());
            }
            i = end;
        }
        return out.toString();
    }

    private static CelException unread(String why) {
        return new CelException("could not parse formatting clause: " + why);
    }

    private static int endOfPrecision(String pattern, int start) {
        if (pattern.charAt(start) != '.') {
            return start;
        }
        int end = start + 1;
        while (end < pattern.length() && pattern.charAt(end) >= '0' && pattern.charAt(end) <= '9') {
            end++;
        }
        if (end >= pattern.length()) {
            throw unread(
                    "error while parsing precision: could not find end of precision specifier");
        }
        return end;
    }

    private static Clause clause(String pattern, int start, int end) {
        int precision = PRECISION;
        if (end > start) {
            String digits = pattern.substring(start + 1, end);
            try {
                precision = Integer.parseInt(digits);
            } catch (NumberFormatException e) {
                throw unread(
                        "error while parsing precision: error while converting precision to"
                                + " integer: strconv.Atoi: parsing \""
                                + digits
                                + "\": invalid syntax");
            }
        }
        char verb = pattern.charAt(end);
        if ("sdfebxXo".indexOf(verb) < 0) {
            throw unread("unrecognized formatting clause \"" + verb + "\"");
        }
        return new Clause(verb, precision);
    }

    static CelException unfit(char verb, String type) {
        String rule =
                switch (verb) {
                    case 'd' -> "decimal clause can only be used on integers";
                    case 'f' -> "fixed-point clause can only be used on doubles";
                    case 'e' -> "scientific clause can only be used on doubles";
                    case 'b' -> "only integers and bools can be formatted as binary";
                    case 'o' -> "octal clause can only be used on integers";
                    case 'x', 'X' ->
                            "only integers, byte buffers, and strings can be formatted as hex";
                    default ->
                            "string clause can only be used on strings, bools, bytes, ints,"
                                    + " doubles, maps, lists, types, durations, and timestamps";
                };
        return new CelException(rule + ", was given " + type);
    }

    private static String one(Clause clause, Object value) {
        char verb = clause.verb();
        return switch (verb) {
            case 's' -> text(value);
            case 'f' -> fixed(real(verb, value), clause.precision());
            case 'e' -> scientific(real(verb, value), clause.precision());
            case 'd' -> whole(verb, value).toString();
            case 'o' -> whole(verb, value).toString(8);
            case 'b' ->
                    value instanceof Boolean bool
                            ? (bool ? "1" : "0")
                            : whole(verb, value).toString(2);
            default -> {
                String hex = hex(verb, value);
                yield verb == 'X' ? hex.toUpperCase(Locale.ROOT) : hex;
            }
        };
    }

    private static BigInteger whole(char verb, Object value) {
        return switch (value) {
            case Long number -> BigInteger.valueOf(number);
            case CelUint number -> new BigInteger(number.toString());
            default -> throw unfit(verb, Values.typeOf(value).name());
        };
    }

    private static String hex(char verb, Object value) {
        return switch (value) {
            case String text -> HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
            case CelBytes bytes -> HexFormat.of().formatHex(bytes.bytes());
            default -> whole(verb, value).toString(16);
        };
    }

    private static double real(char verb, Object value) {
        return switch (value) {
            case Double number -> number;
            case String text when text.equals("NaN") -> Double.NaN;
            case String text when text.equals("Infinity") -> Double.POSITIVE_INFINITY;
            case String text when text.equals("-Infinity") -> Double.NEGATIVE_INFINITY;
            default -> throw unfit(verb, Values.typeOf(value).name());
        };
    }

    private static String endless(double value) {
        return Double.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
    }

    private static String fixed(double value, int precision) {
        if (!Double.isFinite(value)) {
            return endless(value);
        }
        String text = rounded(value, precision);
        int point = text.indexOf('.');
        StringBuilder out = new StringBuilder(text);
        int first = text.startsWith("-") ? 1 : 0;
        for (int i = (point < 0 ? text.length() : point) - 3; i > first; i -= 3) {
            out.insert(i, ',');
        }
        return out.toString();
    }

    private static String rounded(double value, int precision) {
        String text =
                new BigDecimal(value).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
        boolean isNegativeZero = Double.doubleToRawLongBits(value) < 0 && !text.startsWith("-");
        return isNegativeZero ? "-" + text : text;
    }

    /// Kubernetes takes the precision for the width.
    private static String scientific(double value, int width) {
        String text;
        if (Double.isFinite(value)) {
            String plain = String.format(Locale.ROOT, "%.6e", value);
            int mark = plain.indexOf('e');
            StringBuilder raised = new StringBuilder(plain.charAt(mark + 1) == '-' ? "⁻" : "");
            plain.substring(mark + 2)
                    .chars()
                    .forEach(digit -> raised.append(RAISED.charAt(digit - '0')));
            text = plain.substring(0, mark) + "×10" + raised;
        } else {
            text = endless(value);
        }
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    private static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case Boolean bool -> bool.toString();
            case Long number -> number.toString();
            case CelUint number -> number.toString();
            case Double number -> ConversionFunctions.number(number);
            case Duration time -> Durations.format(time);
            case Instant time -> ConversionFunctions.time(time);
            case CelBytes bytes -> bytes(bytes);
            case CelType type -> type.name();
            case CelNull _ -> "null";
            case List<?> list -> {
                List<String> items = new ArrayList<>();
                list.forEach(item -> items.add(inner(item)));
                yield "[" + String.join(", ", items) + "]";
            }
            case Map<?, ?> map -> {
                List<String> items = new ArrayList<>();
                map.forEach((key, item) -> items.add(inner(key) + ":" + inner(item)));
                items.sort(null);
                yield "{" + String.join(", ", items) + "}";
            }
            default -> throw unfit('s', Values.typeOf(value).name());
        };
    }

    private static String bytes(CelBytes bytes) {
        String text = ConversionFunctions.utf8(bytes);
        if (text == null) {
            throw new CelException(
                    "could not convert argument \"invalid UTF-8 in bytes, cannot convert to"
                            + " string\" to string");
        }
        return text;
    }

    /// Inside of lists and maps, as an expression would have it.
    private static String inner(Object value) {
        return switch (value) {
            case String text -> GoText.quoted(text);
            case CelBytes bytes -> "b" + GoText.quoted(bytes(bytes));
            case Double number when Double.isFinite(number) -> rounded(number, PRECISION);
            case Double number ->
                    Double.isNaN(number) ? "\"NaN\"" : number > 0 ? "\"+Inf\"" : "\"-Inf\"";
            case Duration _ -> "duration(" + GoText.quoted(text(value)) + ")";
            case Instant _ -> "timestamp(" + GoText.quoted(text(value)) + ")";
            default -> text(value);
        };
    }
}
