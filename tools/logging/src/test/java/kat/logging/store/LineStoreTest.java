package kat.logging.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineStoreTest {

    private static final StoreLimits SMALL =
            new StoreLimits(StoreLimits.LEAST_BYTES, Duration.ofDays(1));
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final LogSource WEB =
            new LogSource(
                    "default",
                    "web",
                    "uid-1",
                    "app",
                    0,
                    "node",
                    new TreeMap<>(Map.of("app", "web")));

    @TempDir private Path folder;

    private static void add(LineStore store, LogSource source, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        store.add(source, LogRecord.nanos(NOW), false, bytes, 0, bytes.length);
    }

    private static List<LogRecord> all(LineStore store) throws IOException {
        List<LogRecord> records = new ArrayList<>();
        BlockReader reader = new BlockReader();
        try (StoreView view = store.view()) {
            for (Segment segment : view.segments()) {
                for (Block block : segment.blocks()) {
                    reader.read(segment, block);
                    for (int i = 0; i < reader.count(); i++) {
                        records.add(reader.record(i));
                    }
                }
            }
        }
        return records;
    }

    private static List<String> texts(LineStore store) throws IOException {
        return all(store).stream().map(LogRecord::text).toList();
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    @Test
    void findsLinesAndPositionsAgainAfterAStop() throws IOException {
        LineStore before = LineStore.open(folder, SMALL);
        before.position("file", 17);
        add(before, WEB, "größer");
        add(before, WEB.withLabels(Map.of()), "two\nlines");
        before.commit();
        add(before, WEB, "was not committed");
        before.close();

        LineStore after = LineStore.open(folder, SMALL);

        assertEquals(Map.of("file", 17L), after.positions());
        assertEquals(
                List.of(
                        new LogRecord(1, LogRecord.nanos(NOW), WEB, false, "größer"),
                        new LogRecord(
                                2,
                                LogRecord.nanos(NOW),
                                WEB.withLabels(Map.of()),
                                false,
                                "two\nlines")),
                all(after));
        assertEquals(2, after.committed());
        after.close();
    }

    @Test
    void refusesAStoreThatIsOpenAlready() throws IOException {
        LineStore first = LineStore.open(folder, SMALL);

        IOException refused = assertThrows(IOException.class, () -> LineStore.open(folder, SMALL));

        assertTrue(refused.getMessage().endsWith("is in use"), refused.getMessage());
        first.close();
        LineStore.open(folder, SMALL).close();
    }

    @Test
    void dropsABlockThatWasCutOffAndGoesOn() throws IOException {
        LineStore before = LineStore.open(folder, SMALL);
        add(before, WEB, "whole");
        before.commit();
        long whole = Files.size(files(".open").getFirst());
        before.position("file", 5);
        add(before, WEB, "cut off");
        before.commit();
        before.close();
        Path file = files(".open").getFirst();
        byte[] bytes = Files.readAllBytes(file);
        for (int cut = 1; cut < bytes.length - whole; cut += 7) {
            Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
            try (var channel = java.nio.channels.FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(bytes.length - cut);
            }

            LineStore after = LineStore.open(folder, SMALL);

            assertEquals(List.of("whole"), texts(after));
            assertEquals(Map.of(), after.positions());
            add(after, WEB, "next");
            after.commit();
            assertEquals(List.of("whole", "next"), texts(after));
            after.close();
        }
    }

    @Test
    void dropsABlockWithADamagedByte() throws IOException {
        LineStore before = LineStore.open(folder, SMALL);
        add(before, WEB, "whole");
        before.commit();
        long whole = Files.size(files(".open").getFirst());
        add(before, WEB, "damaged");
        before.commit();
        before.close();
        Path file = files(".open").getFirst();
        byte[] bytes = Files.readAllBytes(file);
        for (int at = (int) whole; at < bytes.length; at += 3) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 0x40;
            Files.write(file, damaged, StandardOpenOption.TRUNCATE_EXISTING);

            LineStore after = LineStore.open(folder, SMALL);

            assertEquals(List.of("whole"), texts(after), "damaged at " + at);
            after.close();
        }
    }

    private static void fill(LineStore store, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            store.position("file", i);
            add(store, WEB, "line " + i + " of many, with words enough to fill a block");
            if (i % 1000 == 0) {
                store.commit();
            }
        }
        store.commit();
    }

    @Test
    void sealsFullSegmentsAndKeepsTheirLines() throws IOException {
        LineStore store = LineStore.open(folder, SMALL);
        fill(store, 0, 100_000);

        assertTrue(store.maintain(NOW, 0));

        assertFalse(files(".lines").isEmpty());
        assertEquals(files(".lines").size(), files(".words").size());
        assertEquals(1, files(".open").size());
        List<LogRecord> records = all(store);
        assertEquals(100_000, records.size());
        for (int i = 0; i < records.size(); i++) {
            assertEquals(i + 1, records.get(i).sequence());
        }
        store.close();
        LineStore after = LineStore.open(folder, SMALL);
        assertEquals(records, all(after));
        assertEquals(Map.of("file", 99_999L), after.positions());
        after.close();
    }

    @Test
    void makesAMissingIndexAgain() throws IOException {
        LineStore store = LineStore.open(folder, SMALL);
        fill(store, 0, 60_000);
        store.maintain(NOW, 0);
        store.close();
        Path words = files(".words").getFirst();
        StoreFolder.delete(words);
        Files.createDirectory(files(".lines").getFirst().resolveSibling("000000000099.words"));

        LineStore after = LineStore.open(folder, SMALL);

        assertTrue(Files.isDirectory(words));
        assertEquals(files(".lines").size(), files(".words").size());
        assertEquals(60_000, all(after).size());
        after.close();
    }

    @Test
    void survivesAStopWhileSealing() throws IOException {
        LineStore store = LineStore.open(folder, SMALL);
        fill(store, 0, 60_000);
        Path open = files(".open").getFirst();
        byte[] bytes = Files.readAllBytes(open);
        store.maintain(NOW, 0);
        List<LogRecord> records = all(store);
        store.close();
        Files.write(open, bytes);
        Files.writeString(folder.resolve("000000000007.lines.tmp"), "unfinished");

        LineStore after = LineStore.open(folder, SMALL);

        assertEquals(records, all(after));
        assertEquals(List.of(), files(".tmp"));
        after.close();
    }

    @Test
    void dropsTheOldestByAgeAndKeepsWhatIsNeeded() throws IOException {
        LineStore store = LineStore.open(folder, SMALL);
        fill(store, 0, 60_000);
        Instant later = NOW.plus(Duration.ofDays(2));
        store.maintain(later, 1);
        assertEquals(60_000, all(store).size());

        store.maintain(later, 60_000);

        List<LogRecord> left = all(store);
        assertTrue(left.size() < 60_000, "nothing was dropped");
        assertEquals(60_000, left.getLast().sequence());
        store.close();
    }

    @Test
    void staysBelowItsSizeAndSaysWhenItCannot() throws IOException {
        LineStore store = LineStore.open(folder, SMALL);
        java.util.Random random = new java.util.Random(1);
        byte[] noise = new byte[200];
        for (int i = 0; i < 100_000; i++) {
            random.nextBytes(noise);
            store.add(WEB, LogRecord.nanos(NOW), false, noise, 0, noise.length);
        }
        store.commit();

        assertFalse(store.maintain(NOW, 0));
        assertTrue(store.maintain(NOW, Long.MAX_VALUE));
        assertTrue(store.sizeOnDisk() < SMALL.mostBytes());
        store.close();
    }

    @Test
    void readersFinishWhatTheyBeganWhenSegmentsGo() throws IOException {
        LineStore store = LineStore.open(folder, SMALL);
        fill(store, 0, 60_000);
        StoreView view = store.view();
        Segment first = view.segments().getFirst();
        store.maintain(NOW.plus(Duration.ofDays(2)), Long.MAX_VALUE);

        BlockReader reader = new BlockReader();
        reader.read(first, first.blocks().getFirst());

        assertTrue(reader.textOf(0).startsWith("line 0 "));
        view.close();
        store.close();
    }
}
