package kat.controllers.cronjob;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// When a CronJob starts: five fields (minute, hour, day of month, month, day of week), each a set
/// of numbers, or a fixed pause (`@every 1h`).
///
/// When both the day of the month and that of the week are limited, either is enough. Local times
/// that a clock change leaves out do not start anything; those that come twice start once.
///
/// **Source:** the syntax of `github.com/robfig/cron/v3`, which Kubernetes names in the API.
final class Schedule {

    private static final int YEARS_AHEAD = 5;
    private static final int MINUTES = 60;
    private static final int HOURS = 24;

    private static final Map<String, String> NAMED =
            Map.of(
                    "@yearly", "0 0 1 1 *",
                    "@annually", "0 0 1 1 *",
                    "@monthly", "0 0 1 * *",
                    "@weekly", "0 0 * * 0",
                    "@daily", "0 0 * * *",
                    "@midnight", "0 0 * * *",
                    "@hourly", "0 * * * *");

    private static final List<String> MONTHS =
            List.of(
                    "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
                    "dec");
    private static final List<String> DAYS =
            List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

    private final ZoneId zone;
    private final @Nullable Duration pause;
    private final long minutes;
    private final long hours;
    private final long days;
    private final long months;
    private final long weekdays;
    private final boolean anyDay;

    private Schedule(ZoneId zone, @Nullable Duration pause, long[] fields, boolean anyDay) {
        this.zone = zone;
        this.pause = pause;
        this.minutes = fields[0];
        this.hours = fields[1];
        this.days = fields[2];
        this.months = fields[3];
        this.weekdays = fields[4];
        this.anyDay = anyDay;
    }

    /// @param zone of the fields, for example `Europe/Berlin`
    /// @throws IllegalArgumentException with a sentence, when the text is no schedule
    static Schedule parse(String text, ZoneId zone) {
        String spec = text.strip();
        ZoneId used = zone;
        if (spec.startsWith("TZ=") || spec.startsWith("CRON_TZ=")) {
            int space = spec.indexOf(' ');
            String name = spec.substring(spec.indexOf('=') + 1, Math.max(space, 0));
            used = zone(name);
            spec = spec.substring(space).strip();
        }
        if (spec.startsWith("@every ")) {
            return new Schedule(used, pause(spec.substring("@every ".length())), new long[5], true);
        }
        if (spec.startsWith("@")) {
            String named = NAMED.get(spec);
            if (named == null) {
                throw new IllegalArgumentException("unrecognized descriptor: " + spec);
            }
            spec = named;
        }
        String[] parts = spec.split("\\s+");
        if (parts.length != 5) {
            throw new IllegalArgumentException(
                    "expected exactly 5 fields, found " + parts.length + ": " + List.of(parts));
        }
        long[] fields = {
            field(parts[0], 0, 59, List.of()),
            field(parts[1], 0, 23, List.of()),
            field(parts[2], 1, 31, List.of()),
            field(parts[3], 1, 12, MONTHS),
            field(parts[4], 0, 6, DAYS)
        };
        return new Schedule(used, null, fields, isAny(parts[2]) || isAny(parts[4]));
    }

    private static boolean isAny(String part) {
        return part.startsWith("*") || part.startsWith("?");
    }

    /// @throws IllegalArgumentException when there is no such zone
    static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("unknown time zone " + name, e);
        }
    }

    private static Duration pause(String text) {
        try {
            Duration parsed = Duration.parse("PT" + text.strip().toUpperCase(Locale.ROOT));
            return parsed.compareTo(Duration.ofSeconds(1)) < 0
                    ? Duration.ofSeconds(1)
                    : parsed.truncatedTo(ChronoUnit.SECONDS);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("failed to parse duration @every " + text, e);
        }
    }

    private static long field(String text, int low, int high, List<String> names) {
        long bits = 0;
        for (String part : text.split(",", -1)) {
            bits |= range(part, low, high, names);
        }
        return bits;
    }

    private static long range(String part, int low, int high, List<String> names) {
        String[] stepped = part.split("/", 2);
        String[] ends = stepped[0].split("-", 2);
        int first = low;
        int last = high;
        if (!stepped[0].equals("*") && !stepped[0].equals("?")) {
            first = number(ends[0], names);
            boolean open = ends.length == 1 && stepped.length == 2;
            last = ends.length == 2 ? number(ends[1], names) : open ? high : first;
        }
        int step = stepped.length == 2 ? number(stepped[1], List.of()) : 1;
        if (first < low) {
            throw bad("beginning of range (" + first + ") below minimum (" + low + ")", part);
        }
        if (last > high) {
            throw bad("end of range (" + last + ") above maximum (" + high + ")", part);
        }
        if (first > last) {
            throw bad(
                    "beginning of range (" + first + ") beyond end of range (" + last + ")", part);
        }
        if (step == 0) {
            throw bad("step of range should be a positive number", part);
        }
        long bits = 0;
        for (int i = first; i <= last; i += step) {
            bits |= 1L << i;
        }
        return bits;
    }

    private static IllegalArgumentException bad(String why, String part) {
        return new IllegalArgumentException(why + ": " + part);
    }

    private static int number(String text, List<String> names) {
        int named = names.indexOf(text.toLowerCase(Locale.ROOT));
        if (named >= 0 && !text.isEmpty()) {
            return named;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("failed to parse int from " + text);
        }
        return Integer.parseInt(text);
    }

    /// The first start after `time`; null when there is none within five years.
    @Nullable Instant next(Instant time) {
        if (pause != null) {
            return time.plus(pause).truncatedTo(ChronoUnit.SECONDS);
        }
        ZonedDateTime begin = time.atZone(zone).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        LocalDate day = begin.toLocalDate();
        LocalDate end = day.plusYears(YEARS_AHEAD);
        for (; day.isBefore(end); day = day.plusDays(1)) {
            if (!has(months, day.getMonthValue())) {
                day = day.withDayOfMonth(day.lengthOfMonth());
                continue;
            }
            Instant found = matches(day) ? within(day, time) : null;
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private boolean matches(LocalDate day) {
        boolean inMonth = has(days, day.getDayOfMonth());
        boolean inWeek = has(weekdays, day.getDayOfWeek().getValue() % 7);
        return anyDay ? inMonth && inWeek : inMonth || inWeek;
    }

    private @Nullable Instant within(LocalDate day, Instant after) {
        for (int hour = 0; hour < HOURS; hour++) {
            if (!has(hours, hour)) {
                continue;
            }
            for (int minute = 0; minute < MINUTES; minute++) {
                if (!has(minutes, minute)) {
                    continue;
                }
                LocalDateTime local = day.atTime(hour, minute);
                Instant start = local.atZone(zone).toInstant();
                boolean exists = !zone.getRules().getValidOffsets(local).isEmpty();
                if (exists && start.isAfter(after)) {
                    return start;
                }
            }
        }
        return null;
    }

    private static boolean has(long bits, int bit) {
        return (bits >> bit & 1) == 1;
    }
}
