package kat.etcd;

import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.store.StoreClosedException;
import kat.store.StoreException;
import kat.store.StoreUnavailableException;
import org.jspecify.annotations.Nullable;

/// Makes reads of the mirror linearizable: asks etcd for its revision and waits until the mirror
/// has come to it.
///
/// Whoever comes while etcd is being asked waits for the next question, which is then asked once
/// for all of them:
///
/// ```
/// a: ├── ask ──┤
/// b:    ├──────┼── ask ──┤
/// c:        ├──┴─────────┤          two round trips for any number of readers at a time
/// ```
///
/// A revision may belong to a key that is not the store's, so that the mirror never hears of it.
/// Then a key of the store is written: the mirror hears of that, after all that came before it.
///
/// **Threads:** any; blocks.
final class Barrier {

    private static final Logger LOG = System.getLogger(Barrier.class.getName());
    private static final String NUDGE = "nudge";

    private final Calls calls;
    private final Feed feed;
    private final KeySpace keys;
    private final Duration nudge;
    private final Ticker ticker;
    private final Semaphore turn = new Semaphore(1);
    private final Object lock = new Object();
    private @Nullable Round open; // guarded by lock: whose question was not asked yet

    Barrier(Calls calls, Feed feed, EtcdConfig config, Ticker ticker) {
        this.calls = calls;
        this.feed = feed;
        this.keys = config.keys();
        this.nudge = config.timing().nudge();
        this.ticker = ticker;
    }

    /// One question and all who wait for it.
    private static final class Round {
        private final Semaphore done = new Semaphore(0);
        private volatile @Nullable StoreException failure;
    }

    /// Waits until readers see all that was acknowledged before this call.
    ///
    /// @throws StoreUnavailableException when etcd does not answer, or the mirror does not come to
    ///     its revision, in time
    void await(Deadline deadline) {
        Round mine;
        boolean asks = false;
        synchronized (lock) {
            if (open == null) {
                open = new Round();
                asks = true;
            }
            mine = open;
        }
        if (asks) {
            ask(mine, deadline);
        } else {
            mine.done.acquireUninterruptibly();
            mine.done.release();
        }
        StoreException failure = mine.failure;
        if (failure != null) {
            throw failure;
        }
    }

    private void ask(Round round, Deadline deadline) {
        try {
            reach(askInTurn(deadline), deadline);
        } catch (StoreException e) {
            round.failure = e;
        } finally {
            round.done.release();
        }
    }

    /// The turn ends with etcd's answer: the next may ask while the mirror is waited for.
    private long askInTurn(Deadline deadline) {
        turn.acquireUninterruptibly();
        try {
            synchronized (lock) {
                open = null;
            }
            return newest(deadline);
        } finally {
            turn.release();
        }
    }

    /// The revision of etcd.
    long newest(Deadline deadline) {
        RangeRequest request =
                RangeRequest.newBuilder().setKey(keys.kept(NUDGE)).setCountOnly(true).build();
        return calls.ask(KVGrpc.getRangeMethod(), request, deadline).getHeader().getRevision();
    }

    /// Waits until the mirror has come to `revision` of etcd.
    void reach(long revision, Deadline deadline) {
        if (feed.await(revision, Deadline.in(nudge, ticker))) {
            return;
        }
        nudge(deadline);
        if (!feed.await(revision, deadline)) {
            if (feed.mirror().isClosed()) {
                throw new StoreClosedException();
            }
            throw new StoreUnavailableException(
                    "etcdserver: request timed out: its changes have not come up to revision "
                            + revision,
                    new StoreUnavailableException.Kind(false, true));
        }
    }

    private void nudge(Deadline deadline) {
        PutRequest write = PutRequest.newBuilder().setKey(keys.kept(NUDGE)).build();
        try {
            calls.change(KVGrpc.getPutMethod(), write, deadline);
        } catch (StoreException e) {
            LOG.log(Level.DEBUG, "etcd cannot be written reason={0}", e.getMessage());
        }
    }
}
