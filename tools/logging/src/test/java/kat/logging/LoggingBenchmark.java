package kat.logging;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import kat.base.Deadline;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.logging.intake.Intake;
import kat.logging.line.LogRecord;
import kat.logging.search.Expression;
import kat.logging.search.LineQuery;
import kat.logging.search.Page;
import kat.logging.search.Search;
import kat.logging.store.LineStore;
import kat.logging.store.StoreLimits;
import kat.logging.store.StoreView;
import kat.logging.store.Words;

/// Measures intake and searches over log files that it makes; run by hand, figures are in
/// `docs/performance.md`.
///
/// Arguments: an empty folder, and how many megabytes of log files.
public final class LoggingBenchmark {

    private static final double MEGABYTE = 1e6;
    private static final int PODS = 10;

    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private LoggingBenchmark() {}

    /// Of this thread, so that figures are those of one core on a busy machine too.
    private static long cpuNanos() {
        return CPU.getCurrentThreadCpuTime();
    }

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        long bytes = (long) (Long.parseLong(args[1]) * MEGABYTE);
        long made = makeFiles(folder.resolve("pods"), bytes);
        Ticker ticker = new SystemTicker();
        StoreLimits limits = new StoreLimits(8L << 30, Duration.ofDays(999));
        try (LineStore store = LineStore.open(folder.resolve("store"), limits)) {
            long start = cpuNanos();
            takeIn(folder.resolve("pods"), store, ticker);
            double read = (cpuNanos() - start) / 1e9;
            store.maintain(ticker.now(), 0);
            double all = (cpuNanos() - start) / 1e9;
            System.out.printf(
                    "%.0f MB in %.1f s of a core (%.0f MB/s), with sealing and index %.1f s (%.1f MB/s);"
                            + " %.0f MB on disk%n",
                    made / MEGABYTE,
                    read,
                    made / MEGABYTE / read,
                    all,
                    made / MEGABYTE / all,
                    store.sizeOnDisk() / MEGABYTE);
            for (int round = 0; round < 2; round++) {
                searches(store, ticker);
            }
        }
    }

    private static long makeFiles(Path root, long bytes) throws IOException {
        Random random = new Random(1);
        long made = 0;
        for (int pod = 0; pod < PODS; pod++) {
            Path container = root.resolve("default_web-" + pod + "_uid-" + pod + "/app");
            Files.createDirectories(container);
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(container.resolve("0.log")))) {
                Instant time = Instant.parse("2026-01-02T03:04:05.000000001Z");
                for (long size = 0; size < bytes / PODS; ) {
                    time = time.plusNanos(1_000_000 + random.nextInt(1_000_000));
                    byte[] line = line(time, random).getBytes(StandardCharsets.UTF_8);
                    out.write(line);
                    size += line.length;
                    made += line.length;
                }
            }
        }
        return made;
    }

    private static String line(Instant time, Random random) {
        int kind = random.nextInt(100);
        String text =
                kind < 60
                        ? "{\"level\":\"info\",\"msg\":\"request served\",\"path\":\"/api/todos/"
                                + random.nextInt(100_000)
                                + "\",\"status\":200,\"ms\":"
                                + random.nextInt(500)
                                + ",\"trace\":\""
                                + Long.toHexString(random.nextLong())
                                + "\"}"
                        : kind < 99
                                ? "INFO  [worker-"
                                        + random.nextInt(16)
                                        + "] k.t.TodoService - "
                                        + "stored item "
                                        + random.nextInt(1_000_000)
                                        + " of user "
                                        + random.nextInt(10_000)
                                        + " in "
                                        + random.nextInt(90)
                                        + " ms"
                                : "ERROR [worker-3] k.t.Database - connection timeout after "
                                        + random.nextInt(30_000)
                                        + " ms";
        return time + " stdout F " + text + "\n";
    }

    private static void takeIn(Path root, LineStore store, Ticker ticker) throws IOException {
        try (Intake intake = new Intake(root, "node", store, source -> new TreeMap<>(), ticker)) {
            List<Path> unused = intake.look();
            while (intake.read()) {
                store.commit();
            }
            store.commit();
        }
    }

    private static void searches(LineStore store, Ticker ticker) throws IOException {
        LineQuery all = LineQuery.all(100);
        search("newest lines", store, all, ticker);
        search("word, in every block", store, all.withWords(words("timeout")), ticker);
        search("word, rare", store, all.withWords(words("4711")), ticker);
        search("two words, never in one line", store, all.withWords(words("timeout 200")), ticker);
        search("word, absent", store, all.withWords(words("absent")), ticker);
        search(
                "ERROR|timeout",
                store,
                all.withPattern(Expression.compile("ERROR|timeout")),
                ticker);
        Expression absent = Expression.compile("panic|deadlock \\d+");
        search("panic|deadlock \\d+, absent", store, all.withPattern(absent), ticker);
        Expression plain = Expression.compile("[x-z]{7}");
        search("[x-z]{7}, absent, nothing to look for", store, all.withPattern(plain), ticker);
    }

    private static List<byte[]> words(String text) {
        return Words.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void search(String name, LineStore store, LineQuery query, Ticker ticker)
            throws IOException {
        long start = ticker.nanos();
        long cpu = cpuNanos();
        Page page;
        try (StoreView view = store.view()) {
            Deadline deadline = Deadline.in(Duration.ofMinutes(1), ticker);
            page = new Search(ticker).page(view, query, deadline);
        }
        long last = page.lines().isEmpty() ? 0 : LogRecord.nanos(page.lines().getLast().time());
        System.out.printf(
                "%6.0f ms, %6.0f ms of a core  %3d lines  %s (%d)%n",
                (ticker.nanos() - start) / 1e6,
                (cpuNanos() - cpu) / 1e6,
                page.lines().size(),
                name,
                last % 1000);
    }
}
