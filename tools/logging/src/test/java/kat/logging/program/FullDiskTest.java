package kat.logging.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kat.base.Deadline;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.logging.intake.Intake;
import kat.logging.line.LogRecord;
import kat.logging.search.LineQuery;
import kat.logging.search.Tail;
import kat.logging.store.LineStore;
import kat.logging.store.StoreLimits;
import kat.logging.store.StoreView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A flood of lines on a file system that is full, which a tmpfs of its own is.
@Tag("root")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class FullDiskTest {

    private static final int LINES = 60_000;
    private static final int LINE_BYTES = 300; // of noise, which does not get smaller

    /// Segments end after 10 MB of text.
    private static final StoreLimits LIMITS = new StoreLimits(40L << 20, Duration.ofDays(9_999));

    @TempDir private Path folder;
    private final Ticker ticker = new SystemTicker();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private Path disk;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounts need root");
        disk = Files.createDirectory(folder.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "none", disk.toString());
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        run("umount", "--lazy", disk.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    private void resize(String size) throws IOException, InterruptedException {
        run("mount", "-o", "remount,size=" + size, disk.toString());
    }

    private static List<String> noise(Random random) {
        List<String> lines = new ArrayList<>();
        byte[] noise = new byte[LINE_BYTES * 3 / 4];
        for (int i = 0; i < LINES; i++) {
            random.nextBytes(noise);
            lines.add(i + " " + Base64.getEncoder().encodeToString(noise));
        }
        return lines;
    }

    private static void write(Path pods, List<String> lines) throws IOException {
        Path container = pods.resolve("default_flood_uid-1/app");
        Files.createDirectories(container);
        Instant time = Instant.parse("2026-01-02T03:04:05Z");
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(time).append(" stdout F ").append(line).append('\n'));
        Files.writeString(container.resolve("0.log"), text);
    }

    private List<String> texts(LineStore store) throws IOException {
        List<String> all = new ArrayList<>();
        try (StoreView view = store.view()) {
            long reached = 0;
            while (reached < store.committed()) {
                Tail tail =
                        Tail.read(
                                view,
                                LineQuery.all(LineQuery.MOST),
                                reached,
                                store.committed(),
                                Deadline.in(Duration.ofMinutes(1), ticker),
                                ticker);
                tail.lines().stream().map(LogRecord::text).forEach(all::add);
                reached = tail.reached();
            }
        }
        return all;
    }

    private static List<Path> unfinished(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }

    @Test
    void whatWasTakenInStaysAndTheRestComesWhenThereIsRoom() throws Exception {
        Path pods = folder.resolve("pods");
        List<String> lines = noise(new Random(7));
        write(pods, lines);
        try (LineStore store = LineStore.open(disk.resolve("lines"), LIMITS);
                Intake intake = new Intake(pods, "node", store, _ -> new TreeMap<>(), ticker);
                FolderSigns signs = new FolderSigns(pods)) {
            IntakeLoop loop = new IntakeLoop(intake, store, signs, ticker, () -> true, told::add);
            Thread taking = Thread.ofPlatform().start(() -> take(loop));

            String fault = told.poll(1, TimeUnit.MINUTES);
            assertEquals(
                    "lines cannot be written and stay in the node's files: No space left on device",
                    fault);
            List<String> before = texts(store);
            assertTrue(!before.isEmpty() && before.size() < LINES, before.size() + " lines");
            assertEquals(lines.subList(0, before.size()), before);

            resize("200m");
            assertEquals("", told.poll(1, TimeUnit.MINUTES));
            while (store.committed() < LINES) {
                assertTrue(taking.isAlive(), "the intake goes on");
                Thread.onSpinWait();
            }
            assertEquals(lines, texts(store));
            taking.interrupt();
            taking.join();
        }
    }

    private void take(IntakeLoop loop) {
        try {
            loop.run();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            told.add("the program failed: " + e);
        }
    }

    @Test
    void sealingThatFindsNoRoomLeavesItToNewLinesAndDropsOldOnes() throws Exception {
        resize("100m");
        Path pods = folder.resolve("pods");
        write(pods, noise(new Random(8)));
        Instant later = ticker.now().plus(LIMITS.longest()).plus(Duration.ofDays(9_999));
        try (LineStore store = LineStore.open(disk.resolve("lines"), LIMITS);
                Intake intake = new Intake(pods, "node", store, _ -> new TreeMap<>(), ticker)) {
            intake.look();
            while (intake.read()) {
                store.commit();
            }
            store.commit();
            long used = store.sizeOnDisk();
            resize((used >> 10) + 1_000 + "k");
            assertThrows(IOException.class, () -> store.maintain(ticker.now(), 0));

            assertEquals(List.of(), unfinished(disk.resolve("lines")));

            assertThrows(IOException.class, () -> store.maintain(later, Long.MAX_VALUE));
            assertTrue(store.sizeOnDisk() < used, "old lines go without being sealed");
            assertTrue(store.maintain(later, Long.MAX_VALUE));
        }
    }
}
