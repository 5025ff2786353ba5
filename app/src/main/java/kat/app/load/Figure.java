package kat.app.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/// What one measurement came to.
///
/// @param count operations that were tried
/// @param errors those of them that failed
/// @param took all together
/// @param median half of the operations took no longer
/// @param slow 99 of a hundred took no longer
public record Figure(
        String name,
        int clients,
        int count,
        int errors,
        Duration took,
        Duration median,
        Duration slow) {

    /// @param nanos how long each operation took; put in order here
    static Figure of(String name, int clients, int errors, Duration took, long[] nanos) {
        Arrays.sort(nanos);
        return new Figure(
                name,
                clients,
                nanos.length,
                errors,
                took,
                Duration.ofNanos(at(nanos, 50)),
                Duration.ofNanos(at(nanos, 99)));
    }

    private static long at(long[] sorted, int percent) {
        return sorted.length == 0
                ? 0
                : sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    /// Operations a second that did not fail.
    public double rate() {
        return (count - errors) / Math.max(1e-9, took.toNanos() / 1e9);
    }

    /// One line for people.
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-16s clients=%-4d n=%-7d %9.0f/s  p50 %7.2f ms  p99 %7.2f ms%s",
                name,
                clients,
                count,
                rate(),
                median.toNanos() / 1e6,
                slow.toNanos() / 1e6,
                errors == 0 ? "" : "  errors=" + errors);
    }
}
