package kat.client;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.base.Deadline;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// One informer a kind, shared by all components of a process that see the API as the same user.
///
/// **Threads:** any.
public final class Informers implements ClusterView, AutoCloseable {

    private final Transport transport;
    private final Ticker ticker;
    private final Map<Kind, Informer> informers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public Informers(Transport transport, Ticker ticker) {
        this.transport = transport;
        this.ticker = ticker;
    }

    /// The informer of a kind, started when it is first asked for.
    ///
    /// No lock is held across calls to the informer: its handlers look at other kinds while it
    /// delivers.
    ///
    /// @param indexes wanted by the caller; joined with those that others asked for
    /// @throws IllegalStateException when nobody asked for the kind before [#close]
    public Informer informer(Kind kind, Index... indexes) {
        Informer present = informers.get(kind);
        Informer informer = present == null ? added(kind) : present;
        // No lock is held here: handlers run under the informer's own and look into others.
        if (indexes.length > 0) {
            informer.addIndexes(List.of(indexes));
        }
        informer.start();
        return informer;
    }

    private Informer added(Kind kind) {
        if (closed) {
            throw new IllegalStateException("all informers were closed, none begins for " + kind);
        }
        Informer informer =
                informers.computeIfAbsent(kind, k -> new Informer(transport, k, ticker));
        if (closed) {
            // Whoever closes may not have seen it.
            informer.close();
        }
        return informer;
    }

    /// The informer of a kind that somebody has asked for; null when nobody has.
    public @Nullable Informer started(Kind kind) {
        return informers.get(kind);
    }

    /// Ends the informer of a kind that is served no longer.
    public void forget(Kind kind) {
        Informer informer = informers.remove(kind);
        if (informer != null) {
            informer.close();
        }
    }

    /// Waits until every informer that was asked for so far has seen all objects.
    ///
    /// @return whether they did before the time was over
    public boolean awaitSynced(Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.in(timeout, ticker);
        for (Informer informer : informers.values()) {
            if (!informer.awaitSynced(deadline.remaining(ticker))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public @Nullable KubeObject get(Kind kind, ObjectKey key) {
        return known(kind).get(key);
    }

    @Override
    public List<KubeObject> list(Kind kind, String namespace) {
        return known(kind).list(namespace);
    }

    @Override
    public Collection<KubeObject> indexed(Kind kind, Index index, String value) {
        return known(kind).indexed(index, value);
    }

    private Informer known(Kind kind) {
        Informer informer = informers.get(kind);
        if (informer == null) {
            throw new IllegalStateException("nobody declared to watch " + kind);
        }
        return informer;
    }

    /// Ends all informers; none starts from now on.
    @Override
    public void close() {
        closed = true;
        informers.values().forEach(Informer::close);
    }
}
