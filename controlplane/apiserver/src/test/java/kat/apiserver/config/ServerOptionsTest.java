package kat.apiserver.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptionsTest {

    private static final String WAIT = "audit-webhook-batch-max-wait";

    private static Duration time(String text) {
        return ServerOptions.NONE
                .with(JsonObject.of(WAIT, Json.of(text)))
                .time(WAIT, Duration.ofDays(1));
    }

    @ParameterizedTest
    @CsvSource({"30s, 30000", "500ms, 500", "1m30s, 90000", "1.5h, 5400000", "0.05s, 50", "0, 0"})
    void readsTimesAsGoWritesThem(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), time(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "30", "-1s", "1d"})
    void refusesTimesThatAreNoneOrBelowZero(String text) {
        ConfigFileException refused = assertThrows(ConfigFileException.class, () -> time(text));

        assertEquals(
                WAIT + " must be a time such as 30s, but is \"" + text + "\"",
                refused.getMessage());
    }

    @Test
    void whatIsNotGivenHasTheDefault() {
        assertEquals(Duration.ofDays(1), ServerOptions.NONE.time(WAIT, Duration.ofDays(1)));
    }
}
