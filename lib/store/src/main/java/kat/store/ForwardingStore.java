package kat.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A store that hands every call on to another, for those that change a few of them: whoever is
/// put before a store must not lose what it can do beyond the defaults of [Store].
///
/// **Errors, threads:** those of the store below.
public abstract class ForwardingStore implements Store {

    private final Store store;

    /// @param store takes the calls; closed with this one
    protected ForwardingStore(Store store) {
        this.store = store;
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
    public Commit commit(Transaction transaction) {
        return store.commit(transaction);
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
