package kat.store;

import java.util.concurrent.locks.LockSupport;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// Something asked of the writer, and how it ended.
///
/// **Threads:** made and awaited by the thread that asks, answered by the writer.
final class Request {

    private final Task task;
    private final Thread asker = Thread.currentThread();
    private @Nullable Commit commit; // written before isDone
    private @Nullable StoreException failure; // written before isDone
    private volatile boolean isDone;

    /// What is asked.
    sealed interface Task {
        record Write(Transaction transaction) implements Task {}

        record Compact(long revision) implements Task {}

        /// Write again what would be sealed in another way today.
        record Reseal() implements Task {}

        /// Time has passed: look after the history's age.
        record Tick() implements Task {}

        /// The snapshot that was being written has ended.
        record SnapshotEnded(boolean isWritten) implements Task {}
    }

    Request(Task task) {
        this.task = task;
    }

    Task task() {
        return task;
    }

    /// How much it writes.
    long bytes() {
        return task instanceof Task.Write(Transaction transaction) ? bytes(transaction) : 0;
    }

    /// How much `transaction` writes: its keys and values.
    static long bytes(Transaction transaction) {
        long bytes = 0;
        for (Change change : transaction.changes()) {
            bytes += change.key().length();
            if (change instanceof Change.Put(String _, Value value)) {
                bytes += value.bytes().length;
            }
        }
        return bytes;
    }

    /// Waits for the end however long it takes.
    ///
    /// @return null for what is not a write
    @Nullable Commit await() {
        boolean isInterrupted = false;
        while (!isDone) {
            LockSupport.park(this);
            isInterrupted |= Thread.interrupted();
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
        return commit;
    }

    void keep(Commit result) {
        commit = result;
    }

    void done() {
        Check.state(!isDone, "a request ends once");
        isDone = true;
        if (asker != Thread.currentThread()) {
            LockSupport.unpark(asker);
        }
    }

    void fail(StoreException why) {
        failure = why;
        done();
    }

    /// Fails what has not ended, when the writer ends in the middle of it.
    void abandon() {
        if (!isDone) {
            fail(new StoreClosedException());
        }
    }
}
