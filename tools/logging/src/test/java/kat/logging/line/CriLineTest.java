package kat.logging.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CriLineTest {

    private static CriLine parse(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return CriLine.parse(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-02T03:04:05.000000001Z, 2026-01-02T03:04:05.000000001Z",
        "2026-01-02T03:04:05Z, 2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05.12+02:00, 2026-01-02T01:04:05.120Z",
        "2026-01-02T03:04:05.123456789-05:30, 2026-01-02T08:34:05.123456789Z",
        "1969-12-31T23:59:59.5Z, 1969-12-31T23:59:59.500Z"
    })
    void readsTimes(String written, String meant) {
        CriLine line = parse(written + " stdout F hello");

        assertNotNull(line);
        assertEquals(Instant.parse(meant), LogRecord.instant(line.timeNanos()));
    }

    @Test
    void tellsStreamsAndParts() {
        assertEquals(
                new CriLine(1, true, true, 40),
                parse("1970-01-01T00:00:00.000000001Z stderr P  x"));
        assertEquals(39, parse("1970-01-01T00:00:00.000000001Z stdout F").textFrom());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "2026-01-02T03:04:05Z",
                "2026-01-02T03:04:05Z stdout",
                "2026-01-02T03:04:05Z stdoux F a",
                "2026-13-02T03:04:05Z stdout F a",
                "2026-01-02 03:04:05Z stdout F a",
                "2026-01-02T03:04:05 stdout F a",
                "2026-01-02T03:04:05Z stdout X a",
                "9999-01-02T03:04:05Z stdout F a"
            })
    void refusesWhatIsNoLine(String text) {
        assertNull(parse(text));
    }
}
