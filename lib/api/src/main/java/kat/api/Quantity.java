package kat.api;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An exact amount of a resource with the way in which it is written, for example `100m`, `1.5Gi`
/// or `2e3`.
///
/// Two quantities are equal when they are written alike; [#compareTo] compares amounts.
///
/// @param value never finer than 10⁻⁹: parsing rounds away from zero, as Kubernetes does
/// @param format of the suffix
///
/// **Source:** apimachinery `api/resource` Quantity.
public record Quantity(BigDecimal value, Format format) implements Comparable<Quantity> {

    /// How a quantity is written.
    public enum Format {
        /// `n u m k M G T P E`: powers of 1000.
        DECIMAL_SI,
        /// `Ki Mi Gi Ti Pi Ei`: powers of 1024.
        BINARY_SI,
        /// `e3`, `E-3`.
        DECIMAL_EXPONENT
    }

    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Format.DECIMAL_SI);

    /// What Kubernetes says of a text that is no quantity.
    public static final String WRONG =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static final Pattern TEXT =
            Pattern.compile(
                    "([+-]?)([0-9]+\\.?[0-9]*|\\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?");
    private static final List<String> DECIMAL = List.of("", "k", "M", "G", "T", "P", "E");
    private static final List<String> SMALL = List.of("", "m", "u", "n");
    private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
    private static final BigInteger THOUSAND = BigInteger.valueOf(1000);
    private static final BigInteger KIBI = BigInteger.valueOf(1024);
    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final int FINEST_SCALE = 9;
    private static final int MOST_EXPONENT_DIGITS = 6;

    /// @throws NumberFormatException when the text is no quantity; the message is [#WRONG]
    public static Quantity parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new NumberFormatException(WRONG);
        }
        String suffix = parts.group(3) == null ? "" : parts.group(3);
        BigDecimal number = new BigDecimal(parts.group(1) + parts.group(2));
        if (BINARY.contains(suffix) && !suffix.isEmpty()) {
            BigInteger unit = KIBI.pow(BINARY.indexOf(suffix));
            return bounded(number.multiply(new BigDecimal(unit)), Format.BINARY_SI);
        }
        if (suffix.length() > 1) {
            if (suffix.length() > MOST_EXPONENT_DIGITS) {
                throw new NumberFormatException(WRONG);
            }
            int exponent = Integer.parseInt(suffix.substring(1));
            return bounded(number.scaleByPowerOfTen(exponent), Format.DECIMAL_EXPONENT);
        }
        int power = SMALL.contains(suffix) ? -SMALL.indexOf(suffix) : DECIMAL.indexOf(suffix);
        return bounded(number.scaleByPowerOfTen(3 * power), Format.DECIMAL_SI);
    }

    public static Quantity of(long value) {
        return new Quantity(BigDecimal.valueOf(value), Format.DECIMAL_SI);
    }

    private static Quantity bounded(BigDecimal value, Format format) {
        BigDecimal rounded =
                value.scale() > FINEST_SCALE
                        ? value.setScale(FINEST_SCALE, RoundingMode.UP)
                        : value;
        BigDecimal capped =
                rounded.abs().compareTo(LARGEST) > 0
                        ? LARGEST.multiply(BigDecimal.valueOf(rounded.signum()))
                        : rounded;
        return new Quantity(capped, format);
    }

    public Quantity plus(Quantity other) {
        return bounded(value.add(other.value), value.signum() == 0 ? other.format : format);
    }

    public Quantity minus(Quantity other) {
        return bounded(value.subtract(other.value), value.signum() == 0 ? other.format : format);
    }

    public int signum() {
        return value.signum();
    }

    /// The amount in whole units, rounded up.
    public long wholeUnits() {
        return value.setScale(0, RoundingMode.CEILING).longValue();
    }

    /// The amount in thousandths, rounded up: how cpu is reckoned.
    public long thousandths() {
        return value.movePointRight(3).setScale(0, RoundingMode.CEILING).longValue();
    }

    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }

    /// The canonical form: no fraction, the largest suffix that allows this, no leading `+`.
    @Override
    public String toString() {
        if (value.signum() == 0) {
            return "0";
        }
        boolean small = value.abs().compareTo(new BigDecimal(KIBI)) < 0;
        if (format == Format.BINARY_SI && !small) {
            return binary();
        }
        return decimal(format == Format.DECIMAL_EXPONENT);
    }

    private String binary() {
        BigInteger units = value.setScale(0, RoundingMode.UP).toBigIntegerExact();
        int power = 0;
        while (power < BINARY.size() - 1 && units.mod(KIBI).signum() == 0) {
            units = units.divide(KIBI);
            power++;
        }
        return units + BINARY.get(power);
    }

    private String decimal(boolean exponent) {
        BigDecimal plain = value.stripTrailingZeros();
        // The finest power of a thousand that leaves no fraction …
        int power = plain.scale() > 0 ? -((plain.scale() + 2) / 3) : 0;
        BigInteger units = plain.movePointRight(-3 * power).toBigIntegerExact();
        // … or the largest.
        while (units.mod(THOUSAND).signum() == 0 && (exponent || power < DECIMAL.size() - 1)) {
            units = units.divide(THOUSAND);
            power++;
        }
        if (exponent) {
            return units + (power == 0 ? "" : "e" + 3 * power);
        }
        return units + (power < 0 ? SMALL.get(-power) : DECIMAL.get(power));
    }
}
