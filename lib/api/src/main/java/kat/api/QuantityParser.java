package kat.api;

import java.math.BigDecimal;

/// Reads quantities. What is refused, and with which sentence, follows the order in which
/// Kubernetes looks at a text: sign, digits, fraction, suffix.
///
/// **Source:** `ParseQuantity` and `parseQuantityString` in `apimachinery/pkg/api/resource`.
final class QuantityParser {

    private static final String SUFFIX_LETTERS = "eEinumkKMGTP";
    private static final int LONGEST_TEXT = 256;
    private static final int LONGEST_EXPONENT = 9;

    /// More digits than these are read exactly, and shown in canonical form.
    private static final int BINARY_DIGITS = 15;

    private static final int DECIMAL_DIGITS = 18;

    private final String text;
    private int at;

    private QuantityParser(String text) {
        this.text = text;
    }

    static Quantity parse(String text) {
        if (text.isEmpty() || text.length() > LONGEST_TEXT) {
            throw new NumberFormatException(Quantity.BAD_FORMAT);
        }
        return new QuantityParser(text).parse();
    }

    private Quantity parse() {
        if (text.charAt(0) == '-' || text.charAt(0) == '+') {
            at++;
        }
        boolean negative = text.charAt(0) == '-';
        int start = at;
        int whole = digits();
        int fraction = 0;
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            fraction = digits();
        }
        String number = text.substring(start, at);
        String suffix = suffix();
        Quantity read = interpret(negative, number, whole + fraction, suffix);
        String left = withoutZeros(number.substring(0, whole));
        String digits = left + number.substring(number.length() - fraction);
        return isKept(digits, fraction, suffix) ? read.shownAs(text) : read;
    }

    private static String withoutZeros(String digits) {
        int start = 0;
        while (start < digits.length() && digits.charAt(start) == '0') {
            start++;
        }
        return start == digits.length() ? "0" : digits.substring(start);
    }

    /// Whether Kubernetes takes a text for canonical while it reads it, and shows it unchanged.
    private static boolean isKept(String digits, int fraction, String suffix) {
        int binary = binaryExponent(suffix);
        if (binary != NONE) {
            int room = BINARY_DIGITS - digits.length() - (int) ((float) binary * 3 / 10) - 1;
            return fraction == 0 && room >= 0 && (Long.parseLong(digits) & 7) != 0;
        }
        int decimal = decimalExponent(suffix);
        int scale = (decimal == NONE ? scientificExponent(suffix) : decimal) - fraction;
        return digits.length() <= DECIMAL_DIGITS
                && scale >= -Quantity.SMALLEST_SCALE
                && scale % Quantity.GROUP == 0
                && !digits.endsWith("000")
                && digits.charAt(0) != '0';
    }

    private int digits() {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at - start;
    }

    private String suffix() {
        int start = at;
        while (at < text.length() && SUFFIX_LETTERS.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
            at++;
        }
        digits();
        if (at < text.length()) {
            throw new NumberFormatException(Quantity.BAD_FORMAT);
        }
        return text.substring(start);
    }

    private static Quantity interpret(boolean negative, String number, int digits, String suffix) {
        int decimal = decimalExponent(suffix);
        int binary = decimal == NONE ? binaryExponent(suffix) : NONE;
        boolean scientific = decimal == NONE && binary == NONE;
        int exponent = scientific ? scientificExponent(suffix) : decimal;
        if (digits == 0) {
            throw new NumberFormatException(Quantity.BAD_NUMBER);
        }
        BigDecimal value = new BigDecimal(number.endsWith(".") ? number + "0" : number);
        BigDecimal signed = negative ? value.negate() : value;
        if (binary != NONE) {
            BigDecimal scaled = signed.multiply(BigDecimal.valueOf(2).pow(binary));
            return Quantity.rounded(scaled, Quantity.Format.BINARY_SI);
        }
        return Quantity.rounded(
                signed.scaleByPowerOfTen(exponent),
                scientific ? Quantity.Format.DECIMAL_EXPONENT : Quantity.Format.DECIMAL_SI);
    }

    private static final int NONE = Integer.MIN_VALUE;

    private static int decimalExponent(String suffix) {
        return switch (suffix) {
            case "n" -> -9;
            case "u" -> -6;
            case "m" -> -3;
            case "" -> 0;
            case "k" -> 3;
            case "M" -> 6;
            case "G" -> 9;
            case "T" -> 12;
            case "P" -> 15;
            case "E" -> 18;
            default -> NONE;
        };
    }

    private static int binaryExponent(String suffix) {
        return switch (suffix) {
            case "Ki" -> 10;
            case "Mi" -> 20;
            case "Gi" -> 30;
            case "Ti" -> 40;
            case "Pi" -> 50;
            case "Ei" -> 60;
            default -> NONE;
        };
    }

    private static int scientificExponent(String suffix) {
        boolean marked = suffix.startsWith("e") || suffix.startsWith("E");
        if (!marked || suffix.length() == 1 || suffix.length() > LONGEST_EXPONENT) {
            throw new NumberFormatException(Quantity.BAD_SUFFIX);
        }
        String digits = suffix.substring(suffix.charAt(1) == '+' ? 2 : 1);
        if (!digits.matches("-?[0-9]{1,3}")) {
            throw new NumberFormatException(Quantity.BAD_SUFFIX);
        }
        return Integer.parseInt(digits);
    }
}
