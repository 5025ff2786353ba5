package kat.controllers.cronjob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/15 * * * * | UTC | 2026-01-01T00:00:00Z | 2026-01-01T00:15:00Z",
                "5 4 * * * | UTC | 2026-01-01T04:05:00Z | 2026-01-02T04:05:00Z",
                "0 0 29 2 * | UTC | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z",
                "0 9 * * mon-fri | Europe/Berlin | 2026-01-02T09:00:00Z | 2026-01-05T08:00:00Z",
                "0 0 1 * sun | UTC | 2026-01-02T00:00:00Z | 2026-01-04T00:00:00Z",
                "30 2 * * * | Europe/Berlin | 2026-03-28T12:00:00Z | 2026-03-30T00:30:00Z",
                "@hourly | UTC | 2026-01-01T00:10:00Z | 2026-01-01T01:00:00Z",
                "@every 1h30m | UTC | 2026-01-01T00:00:00Z | 2026-01-01T01:30:00Z",
            })
    void findsTheNextStart(String text, String zone, String after, String next) {
        Schedule schedule = Schedule.parse(text, ZoneId.of(zone));

        assertEquals(Instant.parse(next), schedule.next(Instant.parse(after)));
    }

    @Test
    void tellsWhatIsWrong() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Schedule.parse("61 * * * *", ZoneId.of("UTC")));

        assertEquals("end of range (61) above maximum (59): 61", e.getMessage());
    }
}
