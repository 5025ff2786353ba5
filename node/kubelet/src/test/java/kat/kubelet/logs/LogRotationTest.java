package kat.kubelet.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import kat.kubelet.settings.LogSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRotationTest {

    private static final LogSettings SMALL = new LogSettings(100, 3, Duration.ofSeconds(3));
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir Path folder;

    private boolean rotate(int second, int bytes) throws IOException {
        Path log = folder.resolve("0.log");
        Files.writeString(log, Integer.toString(second % 10).repeat(bytes));
        return LogRotation.rotate(log, SMALL, NOW.plusSeconds(second));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aSmallLogStays() throws IOException {
        assertFalse(rotate(0, 99));

        assertEquals(List.of("0.log"), files());
    }

    @Test
    void theNewestOldOneStaysAsItIsAndOlderOnesArePressed() throws IOException {
        assertTrue(rotate(1, 100));
        assertTrue(rotate(2, 100));
        assertTrue(rotate(3, 100));

        assertEquals(List.of("0.log.20260102-030407.gz", "0.log.20260102-030408"), files());
        Path pressed = folder.resolve("0.log.20260102-030407.gz");
        try (var in = new GZIPInputStream(Files.newInputStream(pressed))) {
            assertEquals("2".repeat(100), new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void whatARotationLeftUnfinishedGoes() throws IOException {
        Files.writeString(folder.resolve("0.log.20260102-030400.tmp"), "half");

        assertTrue(rotate(1, 100));

        assertEquals(List.of("0.log.20260102-030406"), files());
    }
}
