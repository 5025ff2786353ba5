package kat.kubelet.eviction;

import java.math.BigDecimal;
import kat.api.Quantity;
import kat.api.Quantity.Format;
import kat.base.Check;

/// An amount of something: a share of all there is, or so much.
///
/// @param percent of the capacity, 0 to 100; 0 when only `amount` counts
/// @param amount in bytes, inodes or processes: the limit itself where `percent` is 0, else the
///     most that the share may be
/// @param written as it was written; empty for a share
public record Limit(double percent, long amount, String written) {

    private static final double ALL = 100;

    public static final Limit NONE = new Limit(0, 0, "0");

    public Limit {
        Check.argument(percent >= 0 && percent <= ALL, "a share is between 0 and 100 percent");
        Check.argument(amount >= 0, "a limit is not negative");
    }

    public static Limit of(Quantity quantity) {
        return new Limit(0, quantity.wholeUnits(), quantity.toString());
    }

    public static Limit share(double percent) {
        return new Limit(percent, Long.MAX_VALUE, "");
    }

    static Limit share(double percent, long most) {
        return new Limit(percent, most, "");
    }

    public long of(long capacity) {
        return percent == 0 ? amount : Math.min(amount, (long) (capacity * (percent / ALL)));
    }

    String text(long capacity) {
        return percent == 0 ? written : Quantity.of(of(capacity), Format.BINARY_SI).toString();
    }

    /// As a configuration writes it.
    public String setting() {
        return percent == 0
                ? written
                : BigDecimal.valueOf(percent).stripTrailingZeros().toPlainString() + "%";
    }
}
