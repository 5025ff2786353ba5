package kat.logging.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import kat.base.Deadline;
import kat.base.testing.FakeTicker;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;
import kat.logging.store.LineStore;
import kat.logging.store.StoreLimits;
import kat.logging.store.StoreView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistogramTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final long SECOND = 1_000_000_000L;
    private static final long DAY = 86_400;

    @TempDir private Path folder;
    private final FakeTicker ticker = new FakeTicker(NOW);
    private LineStore store;

    @BeforeEach
    void open() throws IOException {
        store =
                LineStore.open(
                        folder, new StoreLimits(StoreLimits.LEAST_BYTES, Duration.ofDays(1)));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static long at(long secondsAgo) {
        return LogRecord.nanos(NOW.minusSeconds(secondsAgo));
    }

    private void add(String pod, long secondsAgo, String text) {
        LogSource source =
                new LogSource("default", pod, "uid-" + pod, "app", 0, "node", new TreeMap<>());
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        store.add(source, at(secondsAgo), false, bytes, 0, bytes.length);
    }

    private Histogram count(LineQuery query, int steps, Deadline deadline) throws IOException {
        try (StoreView view = store.view()) {
            return Histogram.count(view, query, steps, LogRecord.nanos(NOW), deadline, ticker);
        }
    }

    private Deadline soon() {
        return Deadline.in(Duration.ofSeconds(10), ticker);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 60, 1",
        "0, 60, 60, 1",
        "0, 61, 60, 2",
        "59, 61, 1, 120",
        "0, 3600, 60, 60",
        "0, 604800, 60, 10800",
        "-5, 5, 2, 5",
        "0, 1800000000, 60, 30067200"
    })
    void takesTheShortestUsualStep(long from, long to, int steps, long step) {
        assertEquals(step, Histogram.step(from, to, steps));
    }

    @Test
    void countsTheSameWhetherBlocksAreReadOrNot() throws IOException {
        for (int block = 0; block < 5; block++) {
            for (int i = 0; i < 100; i++) {
                add("a", 300 - block * 60 - i % 40, "line " + i);
            }
            add("b", 300 - block * 60, "other");
            store.commit();
        }

        Histogram unread = count(LineQuery.all(1), 60, soon());
        Histogram read = count(matchingAll(), 60, soon());

        assertEquals(505, unread.total());
        assertEquals(unread, read);
        assertEquals(
                500,
                count(LineQuery.all(1).withSources(each -> each.pod().equals("a")), 9, soon())
                        .total());
    }

    private static LineQuery matchingAll() {
        return LineQuery.all(1).withPattern(Expression.compile("."));
    }

    @Test
    void keepsToTheTimesThatAreAskedFor() throws IOException {
        for (int i = 0; i < 100; i++) {
            add("a", i, "line");
        }
        store.commit();

        Histogram some = count(LineQuery.all(1).between(at(50), at(40)), 10, soon());

        assertEquals(List.of(1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L), some.counts());
        assertEquals(at(50), some.fromNanos());
        assertEquals(SECOND, some.stepNanos());
        assertEquals(0, count(LineQuery.all(1).between(at(40), at(50)), 10, soon()).total());
        assertEquals(100, count(LineQuery.all(1), 1, soon()).counts().getFirst());
    }

    @Test
    void saysFromWhenOnItCountedWhenTheTimeWasOver() throws IOException {
        add("a", DAY, "old");
        store.commit();
        add("a", 10, "new");
        store.commit();
        Deadline over = Deadline.in(Duration.ZERO, ticker);

        Histogram some = count(matchingAll(), 60, over);

        assertFalse(some.isComplete());
        assertEquals(1, some.total());
        assertEquals(at(DAY) + 1, some.countedFromNanos());
        assertTrue(count(matchingAll(), 60, soon()).isComplete());
    }

    @Test
    void isEmptyWhereThereIsNothing() throws IOException {
        Histogram none = count(LineQuery.all(1), 60, soon());

        assertEquals(0, none.total());
        assertTrue(none.isComplete());
    }
}
