package kat.controllers.podautoscaler;

import java.time.Duration;
import java.time.Instant;

/// One pod's value of a metric.
///
/// @param milli in thousandths
/// @param window the time over which it was measured
record Sample(long milli, Instant at, Duration window) {

    static Sample of(long milli) {
        return new Sample(milli, Instant.MAX, Duration.ZERO);
    }
}
