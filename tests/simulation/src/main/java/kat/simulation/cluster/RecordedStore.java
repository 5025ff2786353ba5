package kat.simulation.cluster;

import java.time.Duration;
import kat.base.Randomness;
import kat.simulation.world.SimulatedProcess;
import kat.store.Commit;
import kat.store.Commit.Committed;
import kat.store.ForwardingStore;
import kat.store.Store;
import kat.store.StoreClosedException;
import kat.store.Transaction;

/// A store whose commits take time, so that others act between a decision and its write, and whose
/// history is kept.
final class RecordedStore extends ForwardingStore {

    private static final int MOST_MICROSECONDS = 2000; // of one force

    private final SimulatedProcess server;
    private final SimulatedProcess disk;
    private final Randomness chance;
    private final History history;

    /// @param server ends with the store
    /// @param disk outlives it, so that callers learn of the end
    RecordedStore(
            Store store,
            SimulatedProcess server,
            SimulatedProcess disk,
            Randomness chance,
            History history) {
        super(store);
        this.server = server;
        this.disk = disk;
        this.chance = chance;
        this.history = history;
    }

    @Override
    public Commit commit(Transaction transaction) {
        pause();
        if (server.isDead()) {
            throw new StoreClosedException();
        }
        Commit commit = super.commit(transaction);
        if (commit instanceof Committed committed) {
            history.committed(committed.events());
        }
        return commit;
    }

    private void pause() {
        boolean interrupted = false;
        try {
            disk.sleep(Duration.ofNanos(1000L * (1 + chance.nextInt(MOST_MICROSECONDS))));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
