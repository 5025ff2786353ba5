package kat.store;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import kat.store.testing.FakeDisk;

/// A store without threads: what [EmbeddedStore] is made of, on a fake disk and one step at a time.
final class Machine {

    final FakeDisk disk;
    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private final Randomness randomness;
    private final StoreConfig config;
    private final Queue<Request.Task> later = new ArrayDeque<>();
    Memory memory;
    private Writer writer;

    Machine(Randomness randomness, StoreConfig config) {
        this.randomness = randomness;
        this.config = config;
        this.disk = new FakeDisk(randomness);
    }

    /// Small limits, so that a short history rolls files and takes snapshots.
    static StoreConfig smallConfig() {
        return new StoreConfig(
                StoreConfig.DEFAULT_TOPICS,
                new StoreConfig.Retention(60, 1 << 20, Duration.ofMinutes(5)),
                new StoreConfig.Files(4096, 4096, 4096));
    }

    void start() throws IOException {
        disk.claim();
        later.clear();
        Journal.Opened opened = Journal.open(disk, config, Seal.NONE, ticker, randomness);
        memory = opened.memory();
        Snapshots snapshots = new Snapshots(disk, memory, randomness, Runnable::run, Seal.NONE);
        Ages ages =
                new Ages(
                        ticker,
                        config.history().maxAge(),
                        () -> later.add(new Request.Task.Tick()));
        writer = new Writer(opened, snapshots, config, ages, later::add);
    }

    /// Processes `tasks` as one group, and what comes of them.
    List<Request> process(List<? extends Request.Task> tasks) {
        List<Request> requests = tasks.stream().map(Request::new).toList();
        writer.process(requests);
        settle();
        return requests;
    }

    void advance(Duration step) {
        ticker.advance(step);
        settle();
    }

    private void settle() {
        while (!later.isEmpty()) {
            writer.process(List.of(new Request(later.remove())));
        }
        while (writer.tidy()) {
            Thread.onSpinWait();
        }
    }
}
