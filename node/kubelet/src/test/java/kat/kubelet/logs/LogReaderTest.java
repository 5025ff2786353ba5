package kat.kubelet.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import kat.client.node.LogOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LogReaderTest {

    private static final String FIRST = "2026-01-01T00:00:01.000000001Z stdout F one\n";
    private static final String SECOND = "2026-01-01T00:00:02Z stderr F two\n";
    private static final String THIRD = "2026-01-01T00:00:03Z stdout F three\n";

    @TempDir Path folder;
    private Path log;

    @BeforeEach
    void write() throws IOException {
        log = Files.writeString(folder.resolve("0.log"), FIRST + SECOND + THIRD);
    }

    private String read(LogOptions options) throws IOException {
        try (LogReader reader = new LogReader(log, options, () -> false)) {
            return new String(reader.readAllBytes(), UTF_8);
        }
    }

    private static LogOptions tail(long lines) {
        return new LogOptions(false, false, false, null, lines, -1, "All");
    }

    private static LogOptions limit(long bytes) {
        return new LogOptions(false, false, false, null, -1, bytes, "All");
    }

    @Test
    void givesTheTextsOfAllLines() throws IOException {
        assertEquals("one\ntwo\nthree\n", read(LogOptions.ALL));
    }

    @Test
    void endsAtTheLimitOfBytesAlsoWithinALine() throws IOException {
        assertEquals("o", read(limit(1)));
        assertEquals("one\n", read(limit(4)));
        assertEquals("one\nt", read(limit(5)));
        assertEquals("", read(limit(0)));
    }

    @Test
    void givesTheLastLines() throws IOException {
        assertEquals("three\n", read(tail(1)));
        assertEquals("two\nthree\n", read(tail(2)));
        assertEquals("one\ntwo\nthree\n", read(tail(9)));
        assertEquals("", read(tail(0)));
    }

    @Test
    void givesLinesOfOneStreamOnly() throws IOException {
        assertEquals("two\n", read(new LogOptions(false, false, false, null, -1, -1, "Stderr")));
        assertEquals(
                "one\nthree\n", read(new LogOptions(false, false, false, null, -1, -1, "Stdout")));
    }

    @Test
    void givesLinesSinceAnInstantWithTheirTimes() throws IOException {
        Instant since = Instant.parse("2026-01-01T00:00:02Z");
        assertEquals(
                "2026-01-01T00:00:02Z two\n2026-01-01T00:00:03Z three\n",
                read(new LogOptions(false, false, true, since, -1, -1, "All")));
    }

    @Test
    void joinsThePartsOfALongLine() throws IOException {
        Files.writeString(
                log,
                """
                2026-01-01T00:00:01Z stdout P lo
                2026-01-01T00:00:01Z stdout F ng
                2026-01-01T00:00:02Z stdout F x
                """);
        assertEquals("long\nx\n", read(LogOptions.ALL));
    }

    @Test
    void followsIntoTheFileThatARotationBegan() throws IOException {
        AtomicBoolean runs = new AtomicBoolean(true);
        LogOptions follow = new LogOptions(true, false, false, null, -1, -1, "All");
        try (LogReader reader = new LogReader(log, follow, runs::get)) {
            assertEquals("one\ntwo\nthree\n", new String(reader.readNBytes(14), UTF_8));
            Files.writeString(
                    log, "2026-01-01T00:00:04Z stdout F four\n", StandardOpenOption.APPEND);
            assertEquals("four\n", new String(reader.readNBytes(5), UTF_8));
            Files.move(log, folder.resolve("0.log.1"));
            Files.writeString(log, "2026-01-01T00:00:05Z stdout F five\n");
            assertEquals("five\n", new String(reader.readNBytes(5), UTF_8));
            runs.set(false);
            assertEquals(-1, reader.read());
        }
    }

    @Test
    void endsAFollowedLogAtTheLimitOfBytes() throws IOException {
        LogOptions follow = new LogOptions(true, false, false, null, -1, 2, "All");
        try (LogReader reader = new LogReader(log, follow, () -> true)) {
            assertEquals("on", new String(reader.readAllBytes(), UTF_8));
        }
    }
}
