package kat.app;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.apiserver.ApiServer;
import kat.apiserver.http.Answer;
import kat.base.Ticker;
import kat.client.Informer;
import kat.client.Informers;
import kat.statemetrics.StateMetrics;
import org.jspecify.annotations.Nullable;

/// Serves what objects say as metrics.
///
/// **Threads:** any.
final class ClusterMetrics implements AutoCloseable {

    static final String PATH = "/metrics/kube-state";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Function<Kind, @Nullable Informer> shared;
    private final Supplier<Informers> fresh;
    private final Object lock = new Object();

    /// Of kinds that no controller watches; null while nobody asks. Guarded by the lock.
    private @Nullable Informers own;

    private boolean closed; // guarded by the lock

    /// @param shared the informer of a kind that others watch, too; null for none
    /// @param fresh informers of its own
    ClusterMetrics(Function<Kind, @Nullable Informer> shared, Supplier<Informers> fresh) {
        this.shared = shared;
        this.fresh = fresh;
    }

    /// Has the API server answer [#PATH]. Nothing is read before somebody asks, and what nobody
    /// else watches is let go when nobody has asked for some time.
    void serve(ApiServer apiServer, Ticker ticker) {
        StateMetrics metrics = new StateMetrics(this::objects, this::forget, ticker);
        apiServer.addPage(PATH, () -> new Answer(Answer.OK, TYPE, List.of(), metrics.text()));
    }

    /// @throws kat.api.StatusException 503 while not all objects of the kind were seen, and
    ///     once closed
    List<KubeObject> objects(Kind kind) {
        Informer present = shared.apply(kind);
        Informer informer = present == null ? own(kind) : present;
        try {
            if (informer != null && informer.awaitSynced(PATIENCE)) {
                return informer.list("");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw Status.serviceUnavailable("not all of " + kind.resource() + " were seen yet")
                .asException();
    }

    /// Null once closed.
    private @Nullable Informer own(Kind kind) {
        synchronized (lock) {
            if (closed) {
                return null;
            }
            Informers present = own == null ? fresh.get() : own;
            own = present;
            return present.informer(kind);
        }
    }

    /// Lets go of what only this watches.
    void forget() {
        Informers gone;
        synchronized (lock) {
            gone = own;
            own = null;
        }
        if (gone != null) {
            gone.close();
        }
    }

    /// Lets go, and watches nothing any more.
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        forget();
    }
}
