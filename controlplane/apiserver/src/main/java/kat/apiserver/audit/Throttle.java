package kat.apiserver.audit;

import java.time.Duration;

/// Bounds how many begin in a second: tokens that fill a bucket, of which each takes one.
///
/// **Threads:** one owner.
///
/// **Source:** `flowcontrol.NewTokenBucketRateLimiter` of k8s.io/client-go.
public final class Throttle {

    private static final double NANOS = 1e9;

    private final Rate rate;
    private double tokens;
    private long at;

    /// @param perSecond more than 0, or [#UNBOUNDED]
    /// @param burst how many may begin at once after a silence; 1 or more
    public record Rate(double perSecond, int burst) {

        public static final Rate DEFAULT = new Rate(10, 15);

        public static final Rate UNBOUNDED = new Rate(Double.POSITIVE_INFINITY, 1);
    }

    /// @param nanos the time now
    Throttle(Rate rate, long nanos) {
        this.rate = rate;
        this.tokens = rate.burst();
        this.at = nanos;
    }

    /// Takes a token.
    ///
    /// @param nanos the time now, not before that of the last call
    /// @return how long to wait until it is there
    Duration take(long nanos) {
        if (rate.perSecond() == Double.POSITIVE_INFINITY) {
            return Duration.ZERO;
        }
        double come = (nanos - at) / NANOS * rate.perSecond();
        at = nanos;
        tokens = Math.min(rate.burst(), tokens + come) - 1;
        return tokens >= 0
                ? Duration.ZERO
                : Duration.ofNanos((long) Math.ceil(-tokens / rate.perSecond() * NANOS));
    }
}
