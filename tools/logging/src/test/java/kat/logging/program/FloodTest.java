package kat.logging.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
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
import java.util.concurrent.TimeUnit;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A flood of 100 MB of lines, taken in by a program of its own with a small heap.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FloodTest {

    private static final int LINES = 350_000;
    private static final int NOISE_BYTES = 192; // 256 characters of a line
    private static final long LITTLE = 40L << 20;
    private static final long PLENTY = 1L << 30;

    @TempDir private Path folder;

    /// Takes in what lies in a folder, and tells each time how many lines are on disk, and in
    /// how many bytes.
    static final class Taking {
        private Taking() {}

        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            Path pods = folder.resolve("pods");
            Ticker ticker = new SystemTicker();
            try (LineStore store = open(folder, Long.parseLong(args[1]));
                    Intake intake = new Intake(pods, "node", store, _ -> new TreeMap<>(), ticker);
                    FolderSigns signs = new FolderSigns(pods)) {
                IntakeLoop loop =
                        new IntakeLoop(intake, store, signs, ticker, store::hasRoom, _ -> {});
                Thread taking = Thread.ofPlatform().start(() -> take(loop));
                long seen = store.committed();
                System.out.println(seen + " " + store.sizeOnDisk());
                while (seen < LINES) {
                    Deadline soon = Deadline.in(Duration.ofMillis(200), ticker);
                    boolean unused = store.awaitBeyond(seen, soon, ticker);
                    boolean room = store.maintain(ticker.now(), Long.MAX_VALUE);
                    seen = store.committed();
                    System.out.println(seen + " " + store.sizeOnDisk() + " " + room);
                }
                taking.interrupt();
                taking.join();
            }
        }

        private static void take(IntakeLoop loop) {
            try {
                loop.run();
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static LineStore open(Path folder, long mostBytes) throws IOException {
        StoreLimits limits = new StoreLimits(mostBytes, Duration.ofDays(9_999));
        return LineStore.open(folder.resolve("lines"), limits);
    }

    @BeforeEach
    void write() throws IOException {
        Path container = folder.resolve("pods/default_flood_uid-1/app");
        Files.createDirectories(container);
        Random random = new Random(11);
        byte[] noise = new byte[NOISE_BYTES];
        Instant time = Instant.parse("2026-01-02T03:04:05Z");
        Path log = container.resolve("0.log");
        try (BufferedWriter out = Files.newBufferedWriter(log)) {
            for (int i = 0; i < LINES; i++) {
                random.nextBytes(noise);
                String text = i + " " + Base64.getEncoder().encodeToString(noise);
                out.write(time + " stdout F " + text + "\n");
            }
        }
        assertTrue(Files.size(log) > 100_000_000, "a flood");
    }

    private Process start(long mostBytes) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Taking.class.getName(),
                        folder.toString(),
                        Long.toString(mostBytes))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /// What it tells until that many lines are on disk: pairs of lines and bytes.
    private static List<long[]> told(Process program, long lines) throws IOException {
        List<long[]> all = new ArrayList<>();
        BufferedReader reader = program.inputReader();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            String[] words = line.split(" ", -1);
            all.add(new long[] {Long.parseLong(words[0]), Long.parseLong(words[1])});
            if (all.getLast()[0] >= lines) {
                break;
            }
        }
        return all;
    }

    /// The number of the first line that is there; all others follow, each once.
    private int first(long mostBytes) throws IOException {
        Ticker ticker = new SystemTicker();
        int first = -1;
        int next = -1;
        try (LineStore store = open(folder, mostBytes);
                StoreView view = store.view()) {
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
                for (LogRecord line : tail.lines()) {
                    int number = Integer.parseInt(line.text().split(" ", 2)[0]);
                    first = first < 0 ? number : first;
                    assertEquals(next < 0 ? number : next, number);
                    next = number + 1;
                }
                reached = tail.reached();
            }
        }
        assertEquals(LINES, next);
        return first;
    }

    @Test
    void nothingThatWasOnDiskIsLostWhenTheProgramIsKilledInTheMiddle() throws Exception {
        Process killed = start(PLENTY);
        long acknowledged = told(killed, LINES / 3).getLast()[0];
        killed.destroyForcibly().waitFor();

        Process program = start(PLENTY);
        List<long[]> told = told(program, LINES);

        assertEquals(0, program.waitFor());
        assertTrue(acknowledged >= LINES / 3, acknowledged + " lines");
        assertTrue(told.getFirst()[0] >= acknowledged, told.getFirst()[0] + " lines");
        assertEquals(0, first(PLENTY));
    }

    @Test
    void diskAndMemoryStayWithinTheirLimitsAndTheNewestLinesStay() throws Exception {
        Process program = start(LITTLE);
        List<long[]> told = told(program, LINES);

        assertEquals(0, program.waitFor());
        long most = told.stream().mapToLong(each -> each[1]).max().orElseThrow();
        assertTrue(most <= LITTLE * 5 / 4, most + " bytes");
        assertTrue(first(LITTLE) > 0, "the oldest lines went");
    }
}
