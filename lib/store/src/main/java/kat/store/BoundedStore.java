package kat.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A store that takes no more than there is memory for. Once the memory is full it refuses new
/// keys, and values that are larger than those that they replace. Only growth by [#SLACK] passes
/// as long as the room spares it: so what frees memory can still be written, as the mark on an
/// object that waits for its finalizers. Where others write to the same store, it bounds the
/// writes of this process alone.
///
/// **Source:** etcd's `--quota-backend-bytes`, behind which only reads and deletions work.
///
/// **Threads:** any.
public final class BoundedStore implements Store {

    /// By how much a transaction may still let values grow, in bytes.
    static final long SLACK = 4096;

    private final Store store;
    private final Room room;

    public BoundedStore(Store store, Room room) {
        this.store = store;
        this.room = room;
    }

    /// @throws StoreFullException when there is no room for what it adds
    @Override
    public Commit commit(Transaction transaction) {
        if (!room.admits(Request.bytes(transaction)) && !isSpared(growth(transaction))) {
            throw new StoreFullException(room);
        }
        return store.commit(transaction);
    }

    private boolean isSpared(long growth) {
        return growth <= 0 || (growth <= SLACK && room.spares(growth));
    }

    /// By how many bytes the store would grow; at least [#SLACK] and one for a new key.
    private long growth(Transaction transaction) {
        long growth = 0;
        for (Change change : transaction.changes()) {
            Entry present = store.get(change.key());
            if (change instanceof Change.Put(String _, Value value)) {
                growth += value.bytes().length;
                growth += present == null ? SLACK + 1 : -present.bytes().length;
            } else if (present != null) {
                growth -= present.bytes().length;
            }
        }
        return growth;
    }

    @Override
    public long revision() {
        return store.revision();
    }

    @Override
    public long compactedRevision() {
        return store.compactedRevision();
    }

    @Override
    public @Nullable Entry get(String key) {
        return store.get(key);
    }

    @Override
    public Range range(RangeQuery query) {
        return store.range(query);
    }

    @Override
    public Range peek(KeyRange keys, int most) {
        return store.peek(keys, most);
    }

    @Override
    public Watch watch(WatchQuery query) {
        return store.watch(query);
    }

    @Override
    public void reseal() {
        store.reseal();
    }

    @Override
    public void compact(long revision) {
        store.compact(revision);
    }

    @Override
    public void awaitNewest() {
        store.awaitNewest();
    }

    @Override
    public boolean isShared() {
        return store.isShared();
    }

    @Override
    public void probe(Duration timeout) {
        store.probe(timeout);
    }

    @Override
    public void close() {
        store.close();
    }
}
