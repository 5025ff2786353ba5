package kat.logging.line;

import java.time.Instant;

/// A line as it is kept and found: what a container wrote, when and where. A stack trace is one
/// line with line ends in it.
///
/// @param sequence the order of intake; unique within a store and growing
/// @param timeNanos when the runtime received it, in nanoseconds since 1970
/// @param error whether it was written to standard error
public record LogRecord(
        long sequence, long timeNanos, LogSource source, boolean error, String text) {

    private static final long NANOS = 1_000_000_000L;

    public Instant time() {
        return instant(timeNanos);
    }

    public String stream() {
        return error ? "stderr" : "stdout";
    }

    public static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    /// The nanoseconds since 1970; times that no long can hold become the nearest that it can.
    public static long nanos(Instant time) {
        long seconds = time.getEpochSecond();
        if (seconds >= Long.MAX_VALUE / NANOS) {
            return Long.MAX_VALUE;
        }
        return seconds <= Long.MIN_VALUE / NANOS
                ? Long.MIN_VALUE
                : seconds * NANOS + time.getNano();
    }
}
