package kat.api.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kat.api.json.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T22:12:02Z,2026-11-20T22:12:02Z",
        "2024-02-29T23:59:59Z,2024-02-29T23:59:59Z",
        "0999-01-01T00:00:00Z,0999-01-01T00:00:00Z",
        "2026-11-20T22:12:02.75Z,2026-11-20T22:12:02Z",
        "2026-11-20T22:12:02+01:00,2026-11-20T21:12:02Z",
    })
    void writesSecondsInUtc(String text, String canonical) {
        Json written = Times.seconds(text);

        assertEquals(Json.of(canonical), written);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T22:12:02.123456Z,2026-11-20T22:12:02.123456Z",
        "2026-11-30T22:12:02.123456+01:00,2026-11-30T21:12:02.123456Z",
    })
    void writesMicrosInUtc(String text, String canonical) {
        Json written = Times.micros(text);

        assertEquals(Json.of(canonical), written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-13-20T22:12:02Z",
                "2026-00-20T22:12:02Z",
                "2026-11-00T22:12:02Z",
                "2025-02-29T22:12:02Z",
                "2026-11-20T24:12:02Z",
                "2026-11-20T22:60:02Z",
                "2026-11-20T22:12:60Z",
                "2026-11-20 22:12:02Z",
                "2026-11-2xT22:12:02Z",
            })
    void refusesWhatIsNoTime(String text) {
        assertThrows(DecodeException.class, () -> Times.seconds(text));
    }
}
