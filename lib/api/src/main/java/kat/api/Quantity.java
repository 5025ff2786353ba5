package kat.api;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/// An amount of a resource: `500m` processors, `1Gi` of memory. Two quantities with the same
/// amount are equal, whatever suffix they were written with.
///
/// | written | amount | canonical text |
/// |---|---|---|
/// | `1000m` | 1 | `1` |
/// | `0.5` | 0.5 | `500m` |
/// | `1024Ki` | 1048576 | `1Mi` |
/// | `1.5Gi` | 1610612736 | `1536Mi` |
/// | `1e3` | 1000 | `1e3` |
///
/// **Range:** down to a billionth (what is smaller is rounded away from zero); those of binary
/// suffixes up to 2⁶³-1.
///
/// **Source:** `apimachinery/pkg/api/resource`.
public final class Quantity implements Comparable<Quantity> {

    /// The family of suffixes that the canonical text uses.
    public enum Format {
        /// `n u m k M G T P E`.
        DECIMAL_SI,
        /// `Ki Mi Gi Ti Pi Ei`.
        BINARY_SI,
        /// `e3`.
        DECIMAL_EXPONENT
    }

    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Format.DECIMAL_SI);

    /// Kubernetes' sentence for a text that is no quantity.
    public static final String BAD_FORMAT =
            "quantities must match the regular expression"
                    + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    static final String BAD_NUMBER = "unable to parse numeric part of quantity";
    static final String BAD_SUFFIX = "unable to parse quantity's suffix";

    static final int SMALLEST_SCALE = 9;
    static final int GROUP = 3;
    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigInteger KIBI = BigInteger.valueOf(1024);
    private static final String DECIMAL_SUFFIXES = "num kMGTPE";
    private static final String BINARY_SUFFIXES = "KMGTPE";

    private final BigDecimal amount;
    private final Format format;
    private final @Nullable String written;

    private Quantity(BigDecimal amount, Format format) {
        this(amount, format, null);
    }

    private Quantity(BigDecimal amount, Format format, @Nullable String written) {
        this.amount = amount;
        this.format = format;
        this.written = written;
    }

    public static Quantity of(long amount) {
        return new Quantity(BigDecimal.valueOf(amount), Format.DECIMAL_SI);
    }

    public static Quantity of(long amount, Format format) {
        return new Quantity(BigDecimal.valueOf(amount), format);
    }

    /// @param thousandths for example 500 for half a processor
    public static Quantity ofMilli(long thousandths) {
        return new Quantity(BigDecimal.valueOf(thousandths, GROUP), Format.DECIMAL_SI);
    }

    /// @throws NumberFormatException with Kubernetes' sentence when the text is no quantity
    public static Quantity parse(String text) {
        return QuantityParser.parse(text);
    }

    /// The quantity, or null when the text is none.
    public static @Nullable Quantity tryParse(String text) {
        try {
            return QuantityParser.parse(text);
        } catch (NumberFormatException notAQuantity) {
            return null;
        }
    }

    /// Brings a parsed number into range.
    static Quantity rounded(BigDecimal amount, Format format) {
        BigDecimal fine =
                amount.scale() > SMALLEST_SCALE
                        ? amount.setScale(SMALLEST_SCALE, RoundingMode.UP)
                        : amount;
        boolean huge = format == Format.BINARY_SI && fine.abs().compareTo(LARGEST) > 0;
        BigDecimal capped = huge ? (fine.signum() < 0 ? LARGEST.negate() : LARGEST) : fine;
        boolean small = capped.signum() > 0 && capped.compareTo(BigDecimal.ONE) < 0;
        return new Quantity(
                capped, format == Format.BINARY_SI && small ? Format.DECIMAL_SI : format);
    }

    /// The same amount, shown as it was written.
    Quantity shownAs(String text) {
        return new Quantity(amount, format, text);
    }

    public Format format() {
        return format;
    }

    public BigDecimal amount() {
        return amount;
    }

    /// The amount in whole units, rounded up.
    public long wholeUnits() {
        return scaled(0);
    }

    /// The amount in thousandths, rounded up.
    public long thousandths() {
        return scaled(GROUP);
    }

    private long scaled(int places) {
        BigDecimal whole = amount.movePointRight(places).setScale(0, RoundingMode.UP);
        BigInteger exact = whole.unscaledValue();
        if (exact.bitLength() < Long.SIZE) {
            return exact.longValue();
        }
        return exact.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    /// Whether it has no thousandths.
    public boolean isWhole() {
        return amount.setScale(GROUP, RoundingMode.UP).stripTrailingZeros().scale() <= 0;
    }

    public boolean isZero() {
        return amount.signum() == 0;
    }

    public int signum() {
        return amount.signum();
    }

    /// The sum, in the format of this quantity unless it is zero.
    public Quantity plus(Quantity other) {
        return new Quantity(amount.add(other.amount), isZero() ? other.format : format);
    }

    public Quantity minus(Quantity other) {
        return new Quantity(amount.subtract(other.amount), isZero() ? other.format : format);
    }

    public Quantity negated() {
        return new Quantity(amount.negate(), format);
    }

    /// The quantity rounded up to thousandths, as defaults of resource lists are.
    public Quantity roundedUpToMilli() {
        return amount.stripTrailingZeros().scale() <= GROUP
                ? this
                : new Quantity(amount.setScale(GROUP, RoundingMode.UP), format);
    }

    @Override
    public int compareTo(Quantity other) {
        return amount.compareTo(other.amount);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Quantity that && amount.compareTo(that.amount) == 0;
    }

    @Override
    public int hashCode() {
        return amount.stripTrailingZeros().hashCode();
    }

    /// The canonical text: no fraction, the largest suffix that needs none. Texts that Kubernetes
    /// takes for canonical when it reads them are given back as they were: `+1`, `1.500`.
    ///
    /// Where no suffix is large enough there is none, as in Kubernetes: `1000E` is shown as `1`.
    @Override
    public String toString() {
        if (written != null) {
            return written;
        }
        if (amount.signum() == 0) {
            return "0";
        }
        BigDecimal shortest = amount.stripTrailingZeros();
        boolean large = amount.abs().compareTo(new BigDecimal(KIBI)) >= 0;
        if (format == Format.BINARY_SI && large && shortest.scale() <= 0) {
            return binary(shortest.toBigIntegerExact());
        }
        int exponent = Math.floorDiv(-shortest.scale(), GROUP) * GROUP;
        String digits = shortest.movePointLeft(exponent).toBigIntegerExact().toString();
        if (exponent == 0) {
            return digits;
        }
        if (format == Format.DECIMAL_EXPONENT) {
            return digits + "e" + exponent;
        }
        return digits + suffix(DECIMAL_SUFFIXES, exponent / GROUP + GROUP);
    }

    private static String binary(BigInteger whole) {
        BigInteger rest = whole;
        int steps = 0;
        BigInteger[] divided = rest.divideAndRemainder(KIBI);
        while (divided[1].signum() == 0) {
            rest = divided[0];
            steps++;
            divided = rest.divideAndRemainder(KIBI);
        }
        String suffix = steps == 0 ? "" : suffix(BINARY_SUFFIXES, steps - 1);
        return rest + (suffix.isEmpty() ? "" : suffix + "i");
    }

    /// Kubernetes writes no suffix at all where there is none so large.
    private static String suffix(String all, int index) {
        return index < all.length() ? all.substring(index, index + 1) : "";
    }
}
