package kat.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A store without a disk, for simulation and tests: a commit runs in the calling thread, one at a
/// time, and is gone with the process.
public final class MemoryStore implements Store {

    private static final int FORGET_AT_ONCE = Integer.MAX_VALUE; // events

    private final Object lock = new Object(); // orders writers; readers take no lock
    private final StoreConfig.Retention limit;
    private final Memory memory;

    /// With the topics and the history's size of [StoreConfig#defaults].
    public MemoryStore() {
        this(StoreConfig.defaults());
    }

    /// @param config of which topics and the history's size count; nothing grows too old here
    public MemoryStore(StoreConfig config) {
        this.limit = config.history();
        this.memory = new Memory(config, EMPTY_REVISION, 0);
    }

    @Override
    public long revision() {
        return memory.revision();
    }

    @Override
    public long compactedRevision() {
        return memory.compactedRevision();
    }

    @Override
    public @Nullable Entry get(String key) {
        return memory.get(key);
    }

    @Override
    public Range range(RangeQuery query) {
        return memory.range(query);
    }

    @Override
    public Range peek(KeyRange keys, int most) {
        return memory.peek(keys, most);
    }

    @Override
    public Watch watch(WatchQuery query) {
        return memory.watch(query);
    }

    @Override
    public Commit commit(Transaction transaction) {
        Commit commit;
        List<Event> events;
        synchronized (lock) {
            requireOpen();
            Draft draft = new Draft(memory);
            commit = draft.add(transaction);
            events = draft.events();
            memory.publish(events, draft.revision());
            forget(memory.excess(limit));
        }
        if (!events.isEmpty()) {
            memory.wake(events);
        }
        return commit;
    }

    @Override
    public void compact(long revision) {
        synchronized (lock) {
            requireOpen();
            memory.requireReached(revision);
            forget(revision);
        }
    }

    private void forget(long upTo) {
        memory.raiseCompacted(upTo);
        memory.forget(upTo, FORGET_AT_ONCE);
    }

    @Override
    public void close() {
        memory.close();
    }

    private void requireOpen() {
        if (memory.isClosed()) {
            throw new StoreClosedException();
        }
    }
}
