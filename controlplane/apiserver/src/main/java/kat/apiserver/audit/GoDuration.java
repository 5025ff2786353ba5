package kat.apiserver.audit;

import java.math.BigDecimal;
import java.time.Duration;

/// Times as Go writes them: `612.5ms`, `1.25s`, `2m0.5s`, `1h0m3s`.
final class GoDuration {

    private GoDuration() {}

    /// @param time from a millisecond on
    static String of(Duration time) {
        if (time.toSeconds() == 0) {
            return shortest(BigDecimal.valueOf(time.toNanos(), 6)) + "ms";
        }
        long nanos = time.toSecondsPart() * 1_000_000_000L + time.toNanosPart();
        String seconds = shortest(BigDecimal.valueOf(nanos, 9)) + "s";
        long hours = time.toHours();
        if (hours > 0) {
            return hours + "h" + time.toMinutesPart() + "m" + seconds;
        }
        return time.toMinutesPart() > 0 ? time.toMinutesPart() + "m" + seconds : seconds;
    }

    private static String shortest(BigDecimal value) {
        return value.stripTrailingZeros().toPlainString();
    }
}
