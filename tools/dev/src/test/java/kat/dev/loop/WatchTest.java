package kat.dev.loop;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WatchTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir Path folder;

    @Test
    void endsWhenAFileChangesComesOrGoes() throws Exception {
        Path file =
                Files.writeString(Files.createDirectories(folder.resolve("a/b")).resolve("x"), "1");
        try (Watch watch = Watch.open()) {
            watch.follow(List.of(file), List.of(folder));

            Files.writeString(file, "2");
            assertTrue(watch.await(LONG));
            Files.createDirectory(folder.resolve("a/c"));
            assertTrue(watch.await(LONG));
            Files.delete(file);
            assertTrue(watch.await(LONG));
        }
    }

    @Test
    void endsByItsTimeWhereNothingIsWatched() throws Exception {
        Path file = Files.writeString(folder.resolve("x"), "1");
        try (Watch watch = Watch.open()) {
            watch.follow(List.of(file), List.of(folder));
            watch.follow(List.of(), List.of(folder));

            Files.writeString(file, "2");

            assertFalse(watch.await(Duration.ofMillis(1)));
        }
    }
}
