package todo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// What can be set, by environment variables.
///
/// @param port `PORT`, of the API; default 8080, 0 for a free one
/// @param managementPort `MANAGEMENT_PORT`, of health and metrics; default 8081, 0 for a free one
/// @param databaseUrl `DATABASE_URL`, for JDBC; default `jdbc:postgresql://localhost:5432/todo`
/// @param databaseUser `DATABASE_USER`; default `todo`
/// @param databasePassword `DATABASE_PASSWORD`, or the content of `DATABASE_PASSWORD_FILE`
/// @param poolSize `POOL_SIZE`, connections to the database; default 8
/// @param drain `DRAIN_SECONDS`, how long requests are still served after SIGTERM, while load
///     balancers learn that this server goes; default 5
public record Settings(
        int port,
        int managementPort,
        String databaseUrl,
        String databaseUser,
        String databasePassword,
        int poolSize,
        Duration drain) {

    /// @throws IllegalArgumentException when a value is no number; the message names it
    public static Settings of(Map<String, String> environment) {
        return new Settings(
                number(environment, "PORT", 8080),
                number(environment, "MANAGEMENT_PORT", 8081),
                environment.getOrDefault("DATABASE_URL", "jdbc:postgresql://localhost:5432/todo"),
                environment.getOrDefault("DATABASE_USER", "todo"),
                password(environment),
                number(environment, "POOL_SIZE", 8),
                Duration.ofSeconds(number(environment, "DRAIN_SECONDS", 5)));
    }

    private static int number(Map<String, String> environment, String name, int otherwise) {
        String value = environment.getOrDefault(name, "");
        try {
            return value.isBlank() ? otherwise : Integer.parseUnsignedInt(value.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is no number: " + value, e);
        }
    }

    private static String password(Map<String, String> environment) {
        String file = environment.getOrDefault("DATABASE_PASSWORD_FILE", "");
        if (file.isBlank()) {
            return environment.getOrDefault("DATABASE_PASSWORD", "");
        }
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read DATABASE_PASSWORD_FILE", e);
        }
    }

    /// Without the password, so that it can be logged.
    @Override
    public String toString() {
        return "Settings[port=%d, managementPort=%d, databaseUrl=%s, databaseUser=%s, poolSize=%d, drain=%s]"
                .formatted(port, managementPort, databaseUrl, databaseUser, poolSize, drain);
    }
}
