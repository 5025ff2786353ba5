package kat.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.Cause;
import kat.store.Change;
import kat.store.EmbeddedStore;
import kat.store.Entry;
import kat.store.KeyRange;
import kat.store.Range;
import kat.store.RangeQuery;
import kat.store.Store;
import kat.store.StoreConfig;
import kat.store.Transaction;
import kat.store.Value;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/// Commits forced to a real disk, and reads among 100,000 keys of 1 KB. The directory is made in
/// the temporary folder (`-Djava.io.tmpdir`), which should lie on the disk to be measured.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "-Djdk.virtualThreadScheduler.maxPoolSize=256")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class StoreBenchmark {

    private static final int KEYS = 100_000;
    private static final int PAGE = 1_000; // entries
    private static final int SIZE = 1_000; // bytes
    private static final Cause CAUSE = Cause.by("benchmark");
    private static final byte[] HEAD = new byte[SIZE / 2];
    private static final byte[] TAIL = new byte[SIZE / 2];

    private @Nullable Path folder;
    private @Nullable Store store;

    /// The keys of one thread.
    @State(Scope.Thread)
    public static class Keys {

        private final Randomness random = Randomness.seeded(1);

        String key() {
            return keyOf(random.nextInt(KEYS));
        }

        KeyRange page() {
            int from = random.nextInt(KEYS - PAGE);
            return new KeyRange(keyOf(from), keyOf(from + PAGE));
        }
    }

    private static String keyOf(int number) {
        String digits = Integer.toString(number + 1_000_000);
        return "/registry/pods/default/pod-" + digits;
    }

    /// A store that holds all keys.
    @Setup(Level.Trial)
    public void open() throws IOException {
        folder = Files.createTempDirectory("kat-benchmark");
        Store opened =
                EmbeddedStore.open(
                        folder.resolve("store"),
                        StoreConfig.defaults(),
                        new SystemTicker(),
                        Randomness.system());
        store = opened;
        for (int i = 0; i < KEYS; i += PAGE) {
            int from = i;
            List<Change> changes =
                    Stream.iterate(from, n -> n + 1)
                            .limit(PAGE)
                            .map(n -> (Change) new Change.Put(keyOf(n), value()))
                            .toList();
            opened.commit(new Transaction(List.of(), changes, CAUSE));
        }
    }

    private static Value value() {
        return Value.around(HEAD, TAIL);
    }

    /// Takes the files away.
    @TearDown(Level.Trial)
    public void close() throws IOException {
        store().close();
        Path done = folder;
        if (done == null) {
            return;
        }
        try (Stream<Path> all = Files.walk(done)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private Store store() {
        Store opened = store;
        if (opened == null) {
            throw new IllegalStateException("the store was not opened");
        }
        return opened;
    }

    private long put(Keys keys) {
        Change put = new Change.Put(keys.key(), value());
        store().commit(new Transaction(List.of(), List.of(put), CAUSE));
        return store().revision();
    }

    @Benchmark
    @Threads(1)
    public long commitBy1(Keys keys) {
        return put(keys);
    }

    @Benchmark
    @Threads(64)
    public long commitBy64(Keys keys) {
        return put(keys);
    }

    @Benchmark
    public @Nullable Entry get(Keys keys) {
        return store().get(keys.key());
    }

    @Benchmark
    public Range rangeOf1000(Keys keys) {
        return store().range(RangeQuery.latest(keys.page()));
    }

    @Benchmark
    public Range pageOf10(Keys keys) {
        String from = keys.key();
        return store().range(RangeQuery.latest(new KeyRange(from, from + "~")).withLimit(10));
    }
}
