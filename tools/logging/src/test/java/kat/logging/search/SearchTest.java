package kat.logging.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import kat.base.Deadline;
import kat.base.testing.FakeTicker;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;
import kat.logging.store.LineStore;
import kat.logging.store.StoreLimits;
import kat.logging.store.StoreView;
import kat.logging.store.Words;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final StoreLimits SMALL =
            new StoreLimits(StoreLimits.LEAST_BYTES, Duration.ofDays(1));

    @TempDir private Path folder;
    private final FakeTicker ticker = new FakeTicker(NOW);
    private final Deadline deadline = Deadline.in(Duration.ofSeconds(10), ticker);
    private LineStore store;

    @BeforeEach
    void open() throws IOException {
        store = LineStore.open(folder, SMALL);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static LogSource source(String pod) {
        return new LogSource(
                "default", pod, "uid-" + pod, "app", 0, "node", new TreeMap<>(Map.of("app", pod)));
    }

    private void add(String pod, long time, boolean error, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        store.add(source(pod), time, error, bytes, 0, bytes.length);
    }

    private Page page(LineQuery query) throws IOException {
        try (StoreView view = store.view()) {
            return new Search(ticker).page(view, query, deadline);
        }
    }

    private List<String> texts(LineQuery query) throws IOException {
        return page(query).lines().stream().map(LogRecord::text).toList();
    }

    private static LineQuery words(String text) {
        return LineQuery.all(100).withWords(Words.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static LineQuery matching(String pattern) {
        return LineQuery.all(100).withPattern(Expression.compile(pattern));
    }

    @Test
    void findsLinesThatHaveAllWordsWhole() throws IOException {
        add("a", 1, false, "Connection refused by db-1");
        add("a", 2, false, "connections refused");
        add("a", 3, false, "refused: the CONNECTION");
        add("a", 4, false, "connection lost");
        add("a", 5, false, "verbunden, größer");
        store.commit();

        assertEquals(
                List.of("refused: the CONNECTION", "Connection refused by db-1"),
                texts(words("connection refused")));
        assertEquals(List.of("verbunden, größer"), texts(words("größer")));
        assertEquals(List.of(), texts(words("refuse")));
    }

    @Test
    void tellsWordsApartThatDifferInMoreThanTheCaseOfTheirLetters() throws IOException {
        add("a", 1, false, "GRö\u00dfER a_b 10");
        add("a", 2, false, "GR\u00d6\u00dfER a\u007fb \u0011\u0010");
        add("a", 3, false, "[10]");
        add("a", 4, false, "10");
        store.commit();

        assertEquals(List.of("GRö\u00dfER a_b 10"), texts(words("größer")));
        assertEquals(List.of("GRö\u00dfER a_b 10"), texts(words("A_B")));
        assertEquals(List.of("10", "[10]", "GRö\u00dfER a_b 10"), texts(words("10")));
        assertEquals(List.of("GRö\u00dfER a_b 10"), texts(words("10 größer")));
    }

    @Test
    void findsRegularExpressionsInSingleLines() throws IOException {
        add("a", 1, false, "ERROR in a");
        add("a", 2, false, "a timeout of 30s");
        add("a", 3, false, "all is well");
        add("a", 4, false, "größe 7");
        store.commit();

        assertEquals(List.of("a timeout of 30s", "ERROR in a"), texts(matching("ERROR|timeout")));
        assertEquals(List.of("größe 7", "a timeout of 30s"), texts(matching("[0-9]")));
        assertEquals(List.of("größe 7"), texts(matching("^gr.{2}e")));
        assertEquals(List.of("ERROR in a"), texts(matching("(?i)error")));
        assertEquals(List.of("größe 7"), texts(matching("(?i)GRÖẞE")));
        assertEquals(List.of("a timeout of 30s"), texts(matching("(?i)[0-9]S$")));
        assertEquals(List.of(), texts(matching("well\\nERROR")));
    }

    @Test
    void choosesByStreamSourceAndTime() throws IOException {
        add("a", 1, false, "out");
        add("a", 2, true, "error");
        add("b", 3, false, "other");
        store.commit();

        assertEquals(List.of("error"), texts(LineQuery.all(9).withStream(LineQuery.Stream.ERROR)));
        assertEquals(
                List.of("other"), texts(LineQuery.all(9).withSources(s -> s.pod().equals("b"))));
        assertEquals(List.of("error"), texts(LineQuery.all(9).between(2, 3)));
    }

    /// A store of several sealed segments and an open one, with lines that are not in order.
    private List<LogRecord> fill(int count) throws IOException {
        Random random = new Random(7);
        List<LogRecord> expected = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            long time = i * 10L + random.nextInt(5_000);
            String pod = "pod-" + random.nextInt(5);
            String text =
                    "request "
                            + i
                            + " took "
                            + random.nextInt(1000)
                            + " ms at /api/"
                            + pod
                            + (i % 997 == 0 ? " ERROR rare" : " ok, nothing to be said of it");
            add(pod, time, i % 3 == 0, text);
            expected.add(new LogRecord(i, time, source(pod), i % 3 == 0, text));
            if (i % 500 == 0) {
                store.commit();
            }
        }
        store.commit();
        store.maintain(NOW.minus(Duration.ofDays(99_999)), 0);
        expected.sort(
                Comparator.comparingLong(LogRecord::timeNanos)
                        .thenComparingLong(LogRecord::sequence));
        return expected;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesAllLinesInOrderPageByPage(boolean newestFirst) throws IOException {
        List<LogRecord> expected = fill(60_000);
        LineQuery query = LineQuery.all(777);
        query = newestFirst ? query : query.oldestFirst();
        List<LogRecord> found = new ArrayList<>();
        Page page = page(query);
        found.addAll(page.lines());
        for (int i = 0; page.next() != null && i < 100; i++) {
            page = page(query.after(Cursor.parse(page.next().toString())));
            found.addAll(page.lines());
        }

        assertEquals(newestFirst ? expected.reversed() : expected, found);
        assertTrue(page.complete());
    }

    @Test
    void findsInSealedSegmentsWhatAPlainLookFinds() throws IOException {
        List<LogRecord> expected = fill(60_000).reversed();
        List<LogRecord> rare =
                expected.stream().filter(line -> line.text().contains("rare")).toList();

        assertEquals(rare, page(words("error rare")).lines());
        assertEquals(rare, page(matching("ERR.R rare$")).lines());
        assertEquals(
                expected.stream()
                        .filter(line -> line.text().matches(".*\\b44\\b.*"))
                        .limit(100)
                        .toList(),
                page(words("44 ms")).lines());
        assertNull(page(words("absent")).next());
    }

    @Test
    void endsEarlyWhenTheTimeIsOverAndSaysWhereToGoOn() throws IOException {
        List<LogRecord> expected = fill(60_000).reversed();
        ticker.advance(Duration.ofSeconds(11));

        Page page = page(LineQuery.all(5_000));

        assertFalse(page.complete());
        assertEquals(expected.subList(0, page.lines().size()), page.lines());
        LineQuery rest = LineQuery.all(10).after(page.next());
        try (StoreView view = store.view()) {
            Deadline later = Deadline.in(Duration.ofSeconds(10), ticker);
            assertEquals(
                    expected.subList(page.lines().size(), page.lines().size() + 10),
                    new Search(ticker).page(view, rest, later).lines());
        }
    }

    @Test
    void leavesOutALineThatTakesTooLongAndGoesOn() throws IOException {
        add("a", 1, false, "short one");
        Random random = new Random(5);
        StringBuilder noise = new StringBuilder();
        random.ints(200_000, 'a', 'c').forEach(letter -> noise.append((char) letter));
        add("a", 2, false, "one" + noise);
        add("a", 3, false, "another one");
        store.commit();
        LineQuery query =
                LineQuery.all(10).withPattern(Expression.compile("one$|one(a|b)*a(a|b){200}x"));
        Deadline later = Deadline.in(Duration.ofMinutes(10), ticker);

        try (StoreView view = store.view()) {
            Page page = new Search(ticker).page(view, query, later);
            Tail tail = Tail.read(view, query, 0, 3, later, ticker);

            assertEquals(
                    List.of("another one", "short one"),
                    page.lines().stream().map(LogRecord::text).toList());
            assertNull(page.next());
            assertEquals(1, page.skipped());
            assertEquals(2, tail.lines().size());
            assertEquals(3, tail.reached());
            assertEquals(1, tail.skipped());
        }
    }

    @Test
    void comesFurtherForFollowersEvenWhenTheTimeIsOver() throws IOException {
        List<LogRecord> expected = fill(3_000);
        ticker.advance(Duration.ofSeconds(11));
        int found = 0;
        long reached = 0;
        for (int i = 0; i < 100 && reached < expected.size(); i++) {
            try (StoreView view = store.view()) {
                Tail tail = Tail.read(view, LineQuery.all(5_000), reached, 3_000, deadline, ticker);
                found += tail.lines().size();
                reached = tail.reached();
            }
        }

        assertEquals(3_000, found);
    }
}
