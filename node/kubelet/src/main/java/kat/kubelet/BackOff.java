package kat.kubelet;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How long to wait before the same thing is tried again: 10 s, doubled by each failure up to 5
/// minutes, and back to the start once it went well for 10 minutes.
///
/// @param delay counted from the failure
/// @param since when this delay was set
///
/// **Source:** client-go `util/flowcontrol` Backoff.
record BackOff(Duration delay, Instant since) {

    static final Duration FIRST = Duration.ofSeconds(10);
    static final Duration LONGEST = Duration.ofMinutes(5);

    /// What is left of the delay after a failure; zero or less when it may be tried again.
    static Duration left(@Nullable BackOff known, Instant failure, Instant now) {
        return known == null || known.isForgotten(failure)
                ? Duration.ZERO
                : Duration.between(now, failure.plus(known.delay));
    }

    /// The delay that holds after another attempt.
    static BackOff next(@Nullable BackOff known, Instant failure, Instant now) {
        if (known == null || known.isForgotten(failure)) {
            return new BackOff(FIRST, now);
        }
        Duration doubled = known.delay.multipliedBy(2);
        return new BackOff(doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled, now);
    }

    private boolean isForgotten(Instant failure) {
        return Duration.between(since, failure).compareTo(LONGEST.multipliedBy(2)) > 0;
    }

    /// As Go prints durations of whole seconds: `10s`, `2m40s`, `5m0s`.
    static String text(Duration duration) {
        long seconds = duration.toSeconds();
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }
}
