package kat.api.table;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/// Times as people read them: `45s`, `5m`, `3h12m`, `4d`.
///
/// **Source:** `HumanDuration` in `apimachinery/pkg/util/duration`.
public final class Durations {

    private static final long MINUTE = 60;
    private static final long HOURS_A_DAY = 24;
    private static final long DAYS_A_YEAR = 365;

    private Durations() {}

    /// How long ago; `<unknown>` for an absent time.
    static String since(String time, Instant now) {
        if (time.isEmpty()) {
            return "<unknown>";
        }
        try {
            return human(Duration.between(Instant.parse(time), now));
        } catch (DateTimeParseException notATime) {
            return "<invalid>";
        }
    }

    /// Two units at most, the second only where the first is small.
    public static String human(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 0) {
            return "0s";
        }
        if (seconds < 2 * MINUTE) {
            return seconds + "s";
        }
        long minutes = seconds / MINUTE;
        if (minutes < 10) {
            return pair(minutes, "m", seconds % MINUTE, "s");
        }
        if (minutes < 3 * MINUTE) {
            return minutes + "m";
        }
        long hours = minutes / MINUTE;
        if (hours < 8) {
            return pair(hours, "h", minutes % MINUTE, "m");
        }
        if (hours < 2 * HOURS_A_DAY) {
            return hours + "h";
        }
        long days = hours / HOURS_A_DAY;
        if (days < 8) {
            return pair(days, "d", hours % HOURS_A_DAY, "h");
        }
        if (days < 2 * DAYS_A_YEAR) {
            return days + "d";
        }
        long years = days / DAYS_A_YEAR;
        return years < 8 ? pair(years, "y", days % DAYS_A_YEAR, "d") : years + "y";
    }

    private static String pair(long large, String unit, long small, String smallUnit) {
        return small == 0 ? large + unit : large + unit + small + smallUnit;
    }
}
