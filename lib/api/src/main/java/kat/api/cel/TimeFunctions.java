package kat.api.cel;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.function.ToLongFunction;
import kat.api.cel.Functions.Table;

/// The parts of times and durations.
final class TimeFunctions {

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
        table.put("duration|getMilliseconds():int", a -> (long) ((Duration) a[0]).toMillisPart());
    }

    private static void part(Table table, String name, ToLongFunction<ZonedDateTime> part) {
        table.put(
                "timestamp|" + name + "():int",
                a -> part.applyAsLong(((Instant) a[0]).atZone(ZoneOffset.UTC)));
        table.put(
                "timestamp|" + name + "(string):int",
                a -> part.applyAsLong(((Instant) a[0]).atZone(zone((String) a[1]))));
    }

    private static ZoneId zone(String name) {
        try {
            boolean offset = name.matches("\\d\\d:\\d\\d");
            return ZoneId.of(offset ? "+" + name : name);
        } catch (DateTimeException e) {
            throw new CelException("unknown time zone " + name);
        }
    }
}
