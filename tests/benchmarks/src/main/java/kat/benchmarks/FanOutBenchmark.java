package kat.benchmarks;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import kat.store.Cause;
import kat.store.Change;
import kat.store.KeyRange;
import kat.store.MemoryStore;
import kat.store.Store;
import kat.store.Transaction;
import kat.store.Value;
import kat.store.Watch;
import kat.store.WatchQuery;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// 1,000 writes seen by 100 watchers, each on a virtual thread of its own, in events a second.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class FanOutBenchmark {

    private static final int WATCHERS = 100;
    private static final int WRITES = 1_000;
    private static final Cause CAUSE = Cause.by("benchmark");

    @Benchmark
    @OperationsPerInvocation(WATCHERS * WRITES)
    public long fanOut() throws InterruptedException {
        try (Store store = new MemoryStore()) {
            Semaphore done = new Semaphore(0);
            for (int i = 0; i < WATCHERS; i++) {
                Watch watch = store.watch(new WatchQuery(KeyRange.prefix("/registry/pods/"), 1));
                Thread.ofVirtual().start(() -> consume(watch, done));
            }
            for (int i = 0; i < WRITES; i++) {
                Value value = Value.of(new byte[100]);
                Change put = new Change.Put("/registry/pods/default/p" + i, value);
                store.commit(new Transaction(List.of(), List.of(put), CAUSE));
            }
            done.acquire(WATCHERS);
            return store.revision();
        }
    }

    private static void consume(Watch watch, Semaphore done) {
        Semaphore ready = new Semaphore(0);
        int seen = 0;
        while (seen < WRITES) {
            if (watch.poll(WRITES) instanceof Watch.Events(var events, long _)) {
                seen += events.size();
                if (events.isEmpty()) {
                    watch.onReady(ready::release);
                    ready.acquireUninterruptibly();
                }
            }
        }
        done.release();
    }
}
