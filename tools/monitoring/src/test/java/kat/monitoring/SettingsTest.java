package kat.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void hasDefaults() {
        assertEquals(new Settings("monitoring", "30s", "alertmanager:9093"), Settings.of(Map.of()));
    }

    @Test
    void readsEveryKey() {
        assertEquals(
                new Settings("m", "1m", ""),
                Settings.of(Map.of("namespace", "m", "interval", "1m", "alertmanager", "")));
    }

    @Test
    void refusesUnknownKeysAndBadValues() {
        assertThrows(IllegalArgumentException.class, () -> Settings.of(Map.of("intervall", "1m")));
        assertThrows(IllegalArgumentException.class, () -> Settings.of(Map.of("interval", "1")));
    }
}
