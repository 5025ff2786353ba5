package kat.app;

import java.time.Duration;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.apiserver.http.Answer;
import kat.base.Ticker;
import kat.client.Informer;
import kat.statemetrics.StateMetrics;

/// Serves what objects say as metrics.
///
/// **Threads:** any.
final class ClusterMetrics {

    static final String PATH = "/metrics/kube-state";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private ClusterMetrics() {}

    /// Has the API server answer [#PATH]. Nothing is read before somebody asks.
    static void serve(ControlPlane controlPlane, Ticker ticker) {
        StateMetrics metrics = new StateMetrics(kind -> objects(controlPlane, kind), ticker);
        controlPlane
                .apiServer()
                .addPage(PATH, () -> new Answer(Answer.OK, TYPE, List.of(), metrics.text()));
    }

    /// @throws kat.api.StatusException 503 while not all objects of the kind were seen
    private static List<KubeObject> objects(ControlPlane controlPlane, Kind kind) {
        Informer informer = controlPlane.informers().informer(kind);
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
}
