package kat.base;

import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/// Counts values by the range in which they lie, and writes them in the text form of Prometheus.
///
/// **Threads:** any.
///
/// **Source:** `https://prometheus.io/docs/instrumenting/exposition_formats/`.
public final class Histogram {

    private static final int LEAST_EXPONENT = -4;
    private static final int MOST_EXPONENT = 6;

    private final double[] bounds;
    private final LongAdder[] counts; // one more than bounds
    private final DoubleAdder sum = new DoubleAdder();

    /// @param bounds the most that each range but the last holds, ascending
    public Histogram(double... bounds) {
        this.bounds = bounds.clone();
        this.counts = new LongAdder[bounds.length + 1];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /// @return `count` bounds, each the one before times `factor`
    public static double[] exponential(double first, double factor, int count) {
        double[] bounds = new double[count];
        double bound = first;
        for (int i = 0; i < count; i++) {
            bounds[i] = bound;
            bound *= factor;
        }
        return bounds;
    }

    public void add(double value) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        sum.add(value);
    }

    /// How many values were added.
    public long count() {
        long count = 0;
        for (LongAdder each : counts) {
            count += each.sum();
        }
        return count;
    }

    /// Writes the lines of one series.
    ///
    /// @param labels `a="b",c="d"`; may be empty
    public void write(String name, String labels, StringBuilder out) {
        write(name, labels, List.of(this), Double.NEGATIVE_INFINITY, out);
    }

    /// Writes several as one series, where a name has fewer labels than were counted by.
    ///
    /// @param all of the same bounds; one at least
    /// @param leastBound ranges whose bound is less are told as part of the next
    public static void write(
            String name, String labels, List<Histogram> all, double leastBound, StringBuilder out) {
        double[] bounds = all.getFirst().bounds;
        String before = labels.isEmpty() ? "" : labels + ",";
        String alone = labels.isEmpty() ? " " : "{" + labels + "} ";
        long count = 0;
        for (int i = 0; i <= bounds.length; i++) {
            for (Histogram each : all) {
                count += each.counts[i].sum();
            }
            boolean isLast = i == bounds.length;
            if (isLast || bounds[i] >= leastBound) {
                out.append(name).append("_bucket{").append(before);
                out.append("le=\"").append(isLast ? "+Inf" : number(bounds[i])).append("\"} ");
                out.append(count).append('\n');
            }
        }
        double total = 0;
        for (Histogram each : all) {
            total += each.sum.sum();
        }
        out.append(name).append("_sum").append(alone).append(number(total)).append('\n');
        out.append(name).append("_count").append(alone).append(count).append('\n');
    }

    /// A number as Go prints it, which names of ranges are compared with.
    public static String number(double value) {
        if (value == 0) {
            return "0";
        }
        BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent >= LEAST_EXPONENT && exponent < MOST_EXPONENT) {
            return decimal.toPlainString();
        }
        String digits = decimal.unscaledValue().abs().toString();
        String rest = digits.length() > 1 ? "." + digits.substring(1) : "";
        String power = (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "");
        return (value < 0 ? "-" : "") + digits.charAt(0) + rest + "e" + power + Math.abs(exponent);
    }
}
