package kat.logging.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.logging.store.StoreLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoggingSettingsTest {

    @Test
    void hasDefaults() {
        assertEquals(
                new LoggingSettings(StoreLimits.DEFAULT, "kat", List.of()),
                LoggingSettings.of(new TreeMap<>()));
    }

    @Test
    void readsEachSetting() {
        assertEquals(
                new LoggingSettings(
                        new StoreLimits(1L << 30, Duration.ofHours(36)),
                        "node-1",
                        List.of(
                                new OutputSettings(
                                        "es",
                                        "elasticsearch",
                                        URI.create("http://es:9200"),
                                        "kat-logs",
                                        "es-login"))),
                LoggingSettings.of(
                        new TreeMap<>(
                                Map.of(
                                        "size",
                                        "1Gi",
                                        "age",
                                        "36h",
                                        "node",
                                        "node-1",
                                        "outputs",
                                        "[{name: es, type: elasticsearch, url: 'http://es:9200',"
                                                + " secret: es-login}]"))));
    }

    @ParameterizedTest
    @CsvSource({
        "size, much",
        "size, 1Ki",
        "age, long",
        "age, 1s",
        "colour, red",
        "outputs, es",
        "outputs, '[{name: a, type: b, url: \"http://c\"}]'",
        "outputs, '[{name: a, type: loki, url: c}]'",
        "outputs, '[{name: a, type: loki, url: \"http://c\", extra: 1}]'"
    })
    void refusesWhatIsWrong(String name, String value) {
        IllegalArgumentException fault =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> LoggingSettings.of(new TreeMap<>(Map.of(name, value))));
        assertTrue(fault.getMessage().contains(name), fault.getMessage());
    }
}
