package kat.api.yaml;

import java.math.BigInteger;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// What an unquoted word means: YAML 1.1's words as `sigs.k8s.io/yaml` resolves them. Times stay
/// texts.
final class YamlScalars {

    /// What other readers take for a time.
    private static final Pattern TIMESTAMP =
            Pattern.compile(
                    "\\d{4}-\\d{1,2}-\\d{1,2}([Tt ]\\d{1,2}:\\d{1,2}:\\d{1,2}(\\.\\d+)?"
                            + "(Z|[+-]\\d\\d:\\d\\d)?)?");

    private static final Pattern NO_NUMBER =
            Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
    private static final Pattern BASE_SIXTY =
            Pattern.compile("[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?");

    private static final Pattern FLOAT =
            Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern INTEGER =
            Pattern.compile("[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)");

    private YamlScalars() {}

    static Json plain(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> JsonNull.NULL;
            case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON" ->
                    JsonBoolean.TRUE;
            case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF" ->
                    JsonBoolean.FALSE;
            default -> {
                Json number = number(text);
                yield number == null ? new JsonString(text) : number;
            }
        };
    }

    /// Whether a text must be quoted to stay a text, also for readers of older words.
    static boolean isAmbiguous(String text) {
        return !(plain(text) instanceof JsonString)
                || NO_NUMBER.matcher(text).matches()
                || BASE_SIXTY.matcher(text).matches()
                || TIMESTAMP.matcher(text).matches();
    }

    static Json tagged(String tag, String text) {
        return switch (tag) {
            case "tag:yaml.org,2002:str", "tag:yaml.org,2002:binary" -> new JsonString(text);
            case "tag:yaml.org,2002:null" -> JsonNull.NULL;
            default -> plain(text);
        };
    }

    private static @Nullable Json number(String text) {
        char first = text.charAt(0);
        boolean may = (first >= '0' && first <= '9') || "+-.".indexOf(first) >= 0;
        if (!may) {
            return null;
        }
        String digits = text.replace("_", "");
        if (INTEGER.matcher(digits).matches()) {
            return integer(digits);
        }
        if (!FLOAT.matcher(digits).matches()) {
            return null;
        }
        double value = Double.parseDouble(digits);
        return Double.isFinite(value) ? JsonNumber.of(value) : null;
    }

    private static Json integer(String digits) {
        boolean negative = digits.charAt(0) == '-';
        String rest = negative || digits.charAt(0) == '+' ? digits.substring(1) : digits;
        int radix = 10;
        int skip = 0;
        if (rest.length() > 1 && rest.charAt(0) == '0') {
            switch (rest.charAt(1)) {
                case 'x', 'X' -> {
                    radix = 16;
                    skip = 2;
                }
                case 'b', 'B' -> {
                    radix = 2;
                    skip = 2;
                }
                case 'o', 'O' -> {
                    radix = 8;
                    skip = 2;
                }
                default -> {
                    radix = 8;
                    skip = 1;
                }
            }
        }
        BigInteger value = new BigInteger(rest.substring(skip), radix);
        BigInteger signed = negative ? value.negate() : value;
        return signed.bitLength() < Long.SIZE
                ? JsonNumber.of(signed.longValue())
                : JsonNumber.of(signed.doubleValue());
    }
}
