package kat.base;

import java.time.Duration;

/// A moment on a ticker's monotonic clock by which something must be done.
///
/// @param nanos the moment, on the scale of [Ticker#nanos]
public record Deadline(long nanos) {

    /// The moment `timeout` from now.
    public static Deadline in(Duration timeout, Ticker ticker) {
        return new Deadline(ticker.nanos() + timeout.toNanos());
    }

    /// What is left; zero when it has passed.
    public Duration remaining(Ticker ticker) {
        return Duration.ofNanos(Math.max(0, nanos - ticker.nanos()));
    }

    public boolean isOver(Ticker ticker) {
        return nanos - ticker.nanos() <= 0;
    }
}
