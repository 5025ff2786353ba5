package kat.app.load;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import kat.base.TaskGroup;
import kat.base.Ticker;

/// Does an operation many times, by some clients at once, and times each.
final class Measurement {

    private final Ticker ticker;

    Measurement(Ticker ticker) {
        this.ticker = ticker;
    }

    /// One operation.
    @FunctionalInterface
    interface Operation {
        /// @param worker which client does it
        /// @param index counts operations from 0
        /// @return whether the answer was the wanted one
        boolean run(int worker, int index) throws IOException, InterruptedException;
    }

    Figure run(String name, int clients, int count, Operation operation)
            throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger errors = new AtomicInteger();
        long[] nanos = new long[count];
        long begin = ticker.nanos();
        try (TaskGroup group = new TaskGroup("load")) {
            for (int i = 0; i < clients; i++) {
                int worker = i;
                var _ = group.fork(() -> errors.addAndGet(work(operation, worker, next, nanos)));
            }
            group.join();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a client failed: " + name, e);
        }
        Duration took = Duration.ofNanos(ticker.nanos() - begin);
        return Figure.of(name, clients, errors.get(), took, nanos);
    }

    /// @return how many operations failed
    private int work(Operation operation, int worker, AtomicInteger next, long[] nanos)
            throws InterruptedException {
        int failed = 0;
        for (int at = next.getAndIncrement(); at < nanos.length; at = next.getAndIncrement()) {
            long start = ticker.nanos();
            failed += tried(operation, worker, at) ? 0 : 1;
            nanos[at] = ticker.nanos() - start;
        }
        return failed;
    }

    private static boolean tried(Operation operation, int worker, int index)
            throws InterruptedException {
        try {
            return operation.run(worker, index);
        } catch (IOException e) {
            return false; // counted, which is what a measurement tells of it
        }
    }
}
