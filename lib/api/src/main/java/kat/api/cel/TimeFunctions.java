package kat.api.cel;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.cel.Functions.Table;

/// The parts of times and durations.
final class TimeFunctions {

    private static final Pattern OFFSET = Pattern.compile("([+-]?)(\\d{1,2}):(\\d\\d)");

    private TimeFunctions() {}

    static void addTo(Table table) {
        part(table, "getFullYear", ZonedDateTime::getYear);
        part(table, "getMonth", time -> time.getMonthValue() - 1);
        part(table, "getDayOfMonth", time -> time.getDayOfMonth() - 1);
        part(table, "getDate", ZonedDateTime::getDayOfMonth);
        part(table, "getDayOfWeek", time -> time.getDayOfWeek().getValue() % 7);
        part(table, "getDayOfYear", time -> time.getDayOfYear() - 1);
        part(table, "getHours", ZonedDateTime::getHour);
        part(table, "getMinutes", ZonedDateTime::getMinute);
        part(table, "getSeconds", ZonedDateTime::getSecond);
        part(table, "getMilliseconds", time -> time.getNano() / 1_000_000);
        table.put("duration|getHours():int", a -> ((Duration) a[0]).toHours());
        table.put("duration|getMinutes():int", a -> ((Duration) a[0]).toMinutes());
        table.put("duration|getSeconds():int", a -> ((Duration) a[0]).toSeconds());
        table.put("duration|getMilliseconds():int", a -> ((Duration) a[0]).toMillis());
    }

    private static void part(Table table, String name, ToLongFunction<ZonedDateTime> part) {
        table.put(
                "timestamp|" + name + "():int",
                a -> part.applyAsLong(((Instant) a[0]).atZone(ZoneOffset.UTC)));
        table.put(
                "timestamp|" + name + "(string):int",
                a -> part.applyAsLong(at((Instant) a[0], (String) a[1])));
    }

    /// A time where clocks differ from UTC by an offset such as `-08:00`, or in a named place.
    private static ZonedDateTime at(Instant time, String zone) {
        Matcher offset = OFFSET.matcher(zone);
        if (offset.matches()) {
            int hours = Integer.parseInt(offset.group(2));
            int minutes = hours * 60 + Integer.parseInt(offset.group(3));
            int signed = offset.group(1).equals("-") ? -minutes : minutes;
            return time.plusSeconds(60L * signed).atZone(ZoneOffset.UTC);
        }
        try {
            return time.atZone(zone.isEmpty() ? ZoneOffset.UTC : ZoneId.of(zone));
        } catch (DateTimeException e) {
            throw new CelException("unknown time zone " + zone);
        }
    }
}
