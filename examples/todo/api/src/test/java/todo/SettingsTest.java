package todo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @Test
    void haveDefaults() {
        assertEquals(
                new Settings(
                        8080,
                        8081,
                        "jdbc:postgresql://localhost:5432/todo",
                        "todo",
                        "",
                        8,
                        Duration.ofSeconds(5)),
                Settings.of(Map.of()));
    }

    @Test
    void comeFromTheEnvironment(@TempDir Path folder) throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "secret\n");

        Settings settings =
                Settings.of(
                        Map.of(
                                "PORT", "1",
                                "MANAGEMENT_PORT", "2",
                                "DATABASE_URL", "jdbc:postgresql://db/x",
                                "DATABASE_USER", "me",
                                "DATABASE_PASSWORD_FILE", password.toString(),
                                "POOL_SIZE", "3",
                                "DRAIN_SECONDS", "4"));

        assertEquals(
                new Settings(
                        1, 2, "jdbc:postgresql://db/x", "me", "secret", 3, Duration.ofSeconds(4)),
                settings);
        assertFalse(settings.toString().contains("secret"));
    }

    @Test
    void nameWhatIsNoNumber() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class, () -> Settings.of(Map.of("PORT", "http")));

        assertEquals("PORT is no number: http", e.getMessage());
    }
}
