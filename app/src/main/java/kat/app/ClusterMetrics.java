package kat.app;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.apiserver.http.Answer;
import kat.base.Ticker;
import kat.client.Informer;
import kat.client.Informers;
import kat.statemetrics.StateMetrics;
import org.jspecify.annotations.Nullable;

/// Serves what objects say as metrics.
///
/// **Threads:** any.
final class ClusterMetrics {

    static final String PATH = "/metrics/kube-state";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final ControlPlane controlPlane;

    /// Of kinds that no controller watches; null while nobody asks.
    private final AtomicReference<@Nullable Informers> own = new AtomicReference<>();

    private ClusterMetrics(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    /// Has the API server answer [#PATH]. Nothing is read before somebody asks, and what nobody
    /// else watches is let go when nobody has asked for some time.
    static void serve(ControlPlane controlPlane, Ticker ticker) {
        ClusterMetrics from = new ClusterMetrics(controlPlane);
        StateMetrics metrics = new StateMetrics(from::objects, from::forget, ticker);
        controlPlane
                .apiServer()
                .addPage(PATH, () -> new Answer(Answer.OK, TYPE, List.of(), metrics.text()));
    }

    /// @throws kat.api.StatusException 503 while not all objects of the kind were seen
    private List<KubeObject> objects(Kind kind) {
        Informer shared = controlPlane.informers().started(kind);
        Informer informer = shared == null ? own().informer(kind) : shared;
        try {
            if (informer.awaitSynced(PATIENCE)) {
                return informer.list("");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw Status.serviceUnavailable("not all of " + kind.resource() + " were seen yet")
                .asException();
    }

    private Informers own() {
        Informers fresh = controlPlane.newInformers();
        Informers present = own.compareAndExchange(null, fresh);
        return present == null ? fresh : present;
    }

    private void forget() {
        Informers gone = own.getAndSet(null);
        if (gone != null) {
            gone.close();
        }
    }
}
