package kat.etcd;

import java.time.Duration;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.store.Commit;
import kat.store.Entry;
import kat.store.KeyRange;
import kat.store.Mirror;
import kat.store.Range;
import kat.store.RangeQuery;
import kat.store.Seal;
import kat.store.SealException;
import kat.store.Store;
import kat.store.StoreClosedException;
import kat.store.Transaction;
import kat.store.Watch;
import kat.store.WatchQuery;
import org.jspecify.annotations.Nullable;

/// The store on etcd, which several processes may use at once.
///
/// Writes go to etcd, conditions as comparisons of its transactions; revisions are etcd's. Reads
/// and watches come from a mirror in memory that follows etcd's watch. A commit returns when the
/// mirror has it, so each process reads its own writes; those of others are surely seen after
/// [#awaitNewest].
///
/// While etcd does not answer, reads without a barrier go on, commits and barriers fail with
/// [kat.store.StoreUnavailableException]; all goes on by itself once it does.
///
/// Values are sealed on their way to etcd. When the seal changes, old values stay as they are until
/// they are written again, as with kube-apiserver.
///
/// **Threads:** all methods but [#close] from any thread.
public final class EtcdStore implements Store {

    private final EtcdConfig config;
    private final Ticker ticker;
    private final Endpoints endpoints;
    private final Calls calls;
    private final Feed feed;
    private final Barrier barrier;
    private final Commits commits;
    private final Compactor compactor;
    private volatile boolean isClosed;

    private EtcdStore(EtcdConfig config, Seal seal, Ticker ticker) {
        this.config = config;
        this.ticker = ticker;
        this.endpoints = new Endpoints(config);
        this.calls = new Calls(endpoints, ticker);
        this.feed = new Feed(config, seal, endpoints, calls, ticker);
        this.barrier = new Barrier(calls, feed, config, ticker);
        this.commits = new Commits(calls, feed, barrier, config.keys(), seal);
        this.compactor = new Compactor(calls, feed.mirror(), config, ticker);
    }

    /// Reads all that is in etcd and follows it from there.
    ///
    /// @throws kat.store.StoreUnavailableException when etcd gives no answer in time
    /// @throws kat.store.StoreRefusedException when etcd refuses, as for who may not read there
    /// @throws IllegalArgumentException when the configuration's files cannot be used
    /// @throws SealException when a value cannot be opened
    public static EtcdStore open(EtcdConfig config, Seal seal, Ticker ticker) throws SealException {
        EtcdStore store = new EtcdStore(config, seal, ticker);
        boolean isOpen = false;
        try {
            store.feed.start();
            store.compactor.start();
            isOpen = true;
        } finally {
            if (!isOpen) {
                store.close();
            }
        }
        return store;
    }

    Feed feed() {
        return feed;
    }

    private Mirror mirror() {
        return feed.mirror();
    }

    private Deadline deadline() {
        return Deadline.in(config.timing().request(), ticker);
    }

    @Override
    public long revision() {
        return mirror().revision();
    }

    @Override
    public long compactedRevision() {
        return mirror().compactedRevision();
    }

    @Override
    public @Nullable Entry get(String key) {
        return mirror().get(key);
    }

    @Override
    public Range range(RangeQuery query) {
        return mirror().range(query);
    }

    @Override
    public Range peek(KeyRange keys, int most) {
        return mirror().peek(keys, most);
    }

    @Override
    public Watch watch(WatchQuery query) {
        return mirror().watch(query);
    }

    @Override
    public Commit commit(Transaction transaction) {
        requireOpen();
        return commits.commit(transaction, deadline());
    }

    @Override
    public void compact(long revision) {
        requireOpen();
        mirror().compact(revision);
        Compactor.compactEtcd(calls, revision, deadline());
    }

    @Override
    public void awaitNewest() {
        requireOpen();
        barrier.await(deadline());
    }

    @Override
    public void probe(Duration timeout) {
        requireOpen();
        barrier.newest(Deadline.in(timeout, ticker));
    }

    @Override
    public boolean isShared() {
        return true;
    }

    private void requireOpen() {
        if (isClosed) {
            throw new StoreClosedException();
        }
    }

    @Override
    public void close() {
        isClosed = true;
        compactor.close();
        calls.close();
        feed.close();
        endpoints.close();
    }
}
