package kat.api.json;

import java.math.BigDecimal;

/// A number: a 64-bit integer where it was written as one and fits, a double otherwise. This is the
/// split that Kubernetes makes (`int64` or `float64`).
public sealed class JsonNumber implements Json {

    private static final double EXACT_INTEGER_LIMIT = 1e15;
    private static final int LEAST_PLAIN = -6;
    private static final int MOST_PLAIN = 20;

    private final boolean integer;
    private final long bits;

    private JsonNumber(boolean integer, long bits) {
        this.integer = integer;
        this.bits = bits;
    }

    public static JsonNumber of(long value) {
        return new JsonNumber(true, value);
    }

    /// @param value finite
    public static JsonNumber of(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("JSON has no number for " + value);
        }
        return new JsonNumber(false, Double.doubleToLongBits(value));
    }

    /// What a body holds: refusals tell such a number as it was written there.
    ///
    /// @param written a decimal whose value is `value`
    static JsonNumber parsed(double value, String written) {
        JsonNumber plain = of(value);
        return plain.toString().equals(written) ? plain : new Written(plain, written);
    }

    /// The number as it was written, as `2.0`, where that is known; as Go writes it elsewhere.
    public String literal() {
        return toString();
    }

    /// Whether the number was written without fraction and exponent and fits 64 bits.
    public boolean isInteger() {
        return integer;
    }

    /// The value as an integer; a double is cut to its whole part.
    public long longValue() {
        return integer ? bits : (long) Double.longBitsToDouble(bits);
    }

    public double doubleValue() {
        return integer ? (double) bits : Double.longBitsToDouble(bits);
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof JsonNumber that)) {
            return false;
        }
        return (integer && that.integer)
                ? bits == that.bits
                : Double.compare(doubleValue(), that.doubleValue()) == 0;
    }

    @Override
    public int hashCode() {
        return Double.hashCode(doubleValue());
    }

    /// As Go writes it: the shortest decimal, with an exponent for what is very large or small.
    ///
    /// **Source:** `floatEncoder` of Go's `encoding/json`.
    @Override
    public String toString() {
        if (integer) {
            return Long.toString(bits);
        }
        double value = doubleValue();
        if (value == Math.rint(value) && Math.abs(value) < EXACT_INTEGER_LIMIT) {
            return Long.toString((long) value);
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= LEAST_PLAIN && exponent <= MOST_PLAIN) {
            return exact.toPlainString();
        }
        String digits = exact.unscaledValue().abs().toString();
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        return (value < 0 ? "-" : "")
                + digits.charAt(0)
                + fraction
                + (exponent < 0 ? "e" : "e+")
                + exponent;
    }

    /// One that Go would write otherwise.
    private static final class Written extends JsonNumber {

        private final String text;

        private Written(JsonNumber value, String text) {
            super(false, value.bits);
            this.text = text;
        }

        @Override
        public String literal() {
            return text;
        }
    }
}
