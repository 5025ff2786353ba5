package kat.logging.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import kat.base.Deadline;
import kat.base.testing.FakeTicker;
import kat.logging.line.LogRecord;
import kat.logging.search.LineQuery;
import kat.logging.search.Search;
import kat.logging.store.LineStore;
import kat.logging.store.StoreLimits;
import kat.logging.store.StoreView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntakeTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir private Path folder;
    private final FakeTicker ticker = new FakeTicker(NOW);
    private SequencedMap<String, String> labels = new TreeMap<>(Map.of("app", "web"));
    private Path container;
    private LineStore store;
    private Intake intake;
    private int written;

    @BeforeEach
    void open() throws IOException {
        container = folder.resolve("pods/default_web-1_uid-1/app");
        Files.createDirectories(container);
        start();
    }

    private void start() throws IOException {
        store =
                LineStore.open(
                        folder.resolve("store"),
                        new StoreLimits(StoreLimits.LEAST_BYTES, Duration.ofDays(9)));
        intake = new Intake(folder.resolve("pods"), "node-1", store, source -> labels, ticker);
    }

    @AfterEach
    void stop() throws IOException {
        intake.close();
        store.close();
    }

    /// What a kill leaves: files are closed, nothing is said.
    private void restart() throws IOException {
        stop();
        start();
    }

    private void write(String file, String... texts) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String text : texts) {
            lines.append(NOW.plusNanos(++written)).append(" stdout F ").append(text).append('\n');
        }
        append(file, lines.toString());
    }

    private void append(String file, String text) throws IOException {
        Files.writeString(
                container.resolve(file),
                text,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /// Two looks, as changes of folders cause them, and time for lines to settle.
    private void run() throws IOException {
        intake.look();
        read();
        intake.look();
        ticker.advance(Duration.ofSeconds(2));
        read();
        store.commit();
    }

    private void read() throws IOException {
        for (int i = 0; i < 1000 && intake.read(); i++) {
            store.commit();
        }
    }

    private List<LogRecord> records() throws IOException {
        try (StoreView view = store.view()) {
            Deadline deadline = Deadline.in(Duration.ofMinutes(1), ticker);
            LineQuery all = LineQuery.all(LineQuery.MOST).oldestFirst();
            return new Search(ticker).page(view, all, deadline).lines();
        }
    }

    private List<String> texts() throws IOException {
        return records().stream().map(LogRecord::text).toList();
    }

    @Test
    void tellsWhereALineComesFrom() throws IOException {
        write("3.log", "hello");

        run();

        LogRecord line = records().getFirst();
        assertEquals(NOW.plusNanos(1), line.time());
        assertEquals("default", line.source().namespace());
        assertEquals("web-1", line.source().pod());
        assertEquals("uid-1", line.source().uid());
        assertEquals("app", line.source().container());
        assertEquals(3, line.source().restart());
        assertEquals("node-1", line.source().node());
        assertEquals(Map.of("app", "web"), line.source().labels());
    }

    @Test
    void takesEachLineOnceThroughRestartsAtAnyMoment() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            write("0.log", "a" + round, "b" + round);
            expected.add("a" + round);
            expected.add("b" + round);
            intake.look();
            intake.read();
            if (round % 2 == 0) {
                store.commit();
            }
            if (round % 3 == 0) {
                restart();
            }
        }

        run();

        assertEquals(expected, texts());
    }

    @Test
    void waitsForTheEndOfALine() throws IOException {
        append("0.log", "2026-01-02T03:04:05Z stdout F half");
        run();
        assertEquals(List.of(), texts());

        append("0.log", " and half\n");
        run();

        assertEquals(List.of("half and half"), texts());
    }

    @Test
    void joinsLinesThatTheRuntimeSplitAcrossARotationAndARestart() throws IOException {
        String part = "x".repeat(16 << 10);
        append("0.log", "2026-01-02T03:04:05.000000001Z stdout P " + part + "\n");
        intake.look();
        intake.read();
        store.commit();
        restart();
        Files.move(container.resolve("0.log"), container.resolve("0.log.20260102-030405"));
        append("0.log", "2026-01-02T03:04:05.000000002Z stdout F end\n");

        run();

        assertEquals(List.of(part + "end"), texts());
    }

    @Test
    void followsRotationsAndReadsCompressedFilesOnce() throws IOException {
        write("0.log", "one", "two");
        run();
        write("0.log", "three");
        Files.move(container.resolve("0.log"), container.resolve("0.log.20260102-030405"));
        run();
        write("0.log.20260102-030405", "late");
        write("0.log", "four");
        run();
        press("0.log.20260102-030405");
        run();
        restart();
        run();

        assertEquals(List.of("one", "two", "three", "late", "four"), texts());
    }

    private void press(String file) throws IOException {
        Path plain = container.resolve(file);
        try (OutputStream out =
                new GZIPOutputStream(Files.newOutputStream(container.resolve(file + ".gz")))) {
            Files.copy(plain, out);
        }
        Files.delete(plain);
    }

    @Test
    void readsTheRestOfAFileThatWasCompressedMeanwhile() throws IOException {
        write("0.log", "one");
        run();
        stop();
        write("0.log", "two");
        Files.move(container.resolve("0.log"), container.resolve("0.log.20260102-030405"));
        press("0.log.20260102-030405");
        write("0.log", "three");
        start();

        run();

        assertEquals(List.of("one", "two", "three"), texts());
    }

    @Test
    void readsWhatWasWrittenAfterAFileWasEmptied() throws IOException {
        write("0.log", "one", "a line that is longer than what follows");
        run();
        Files.writeString(container.resolve("0.log"), "");
        run();
        write("0.log", "two");
        run();

        assertEquals(List.of("one", "a line that is longer than what follows", "two"), texts());
    }

    @Test
    void keepsTheLastLinesOfADeletedPod() throws IOException {
        write("0.log", "one");
        run();
        write("0.log", "last");
        append("0.log", "2026-01-02T03:04:06Z stderr F without an end");
        Files.delete(container.resolve("0.log"));
        Files.delete(container);
        Files.delete(container.getParent());
        labels = null;

        run();

        assertEquals(List.of("one", "last", "without an end"), texts());
        assertEquals(Map.of("app", "web"), records().getLast().source().labels());
        assertEquals(Map.of(), store.positions());
    }

    @Test
    void forgetsPositionsOfFilesThatAreGone() throws IOException {
        write("0.log", "one");
        run();
        Files.move(container.resolve("0.log"), container.resolve("0.log.20260102-030405"));
        write("0.log", "two");
        run();
        assertEquals(2, store.positions().size());

        Files.delete(container.resolve("0.log.20260102-030405"));
        run();
        run();

        assertEquals(1, store.positions().size());
    }

    @Test
    void waitsForLabelsButNotForever() throws IOException {
        SequencedMap<String, String> known = labels;
        labels = null;
        write("0.log", "one");
        intake.look();
        read();
        labels = known;
        run();
        assertEquals(Map.of("app", "web"), records().getFirst().source().labels());

        labels = null;
        container = folder.resolve("pods/default_web-2_uid-2/app");
        Files.createDirectories(container);
        write("0.log", "two");
        run();
        ticker.advance(Duration.ofSeconds(3));
        run();

        assertEquals(List.of("one", "two"), texts());
    }

    @Test
    void keepsTextThatIsNoLineOfARuntime() throws IOException {
        write("0.log", "one");
        append("0.log", "not of this format\n");

        run();

        assertEquals(List.of("one", "not of this format"), texts());
    }

    @Test
    void takesTurnsSoThatALoudContainerKeepsNobodyWaiting() throws IOException {
        String text = "x".repeat(1000);
        for (int i = 0; i < 3000; i++) {
            write("0.log", text);
        }
        container = folder.resolve("pods/default_web-2_uid-2/app");
        Files.createDirectories(container);
        write("0.log", "quiet", "quiet 2");
        intake.look();

        assertTrue(intake.read());
        store.commit();

        assertEquals("quiet", records().getLast().text());
    }
}
