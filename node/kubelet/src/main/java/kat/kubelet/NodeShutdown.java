package kat.kubelet;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.kubelet.settings.ShutdownSettings;
import kat.kubelet.shutdown.ShutdownOrder;
import kat.kubelet.shutdown.ShutdownSignal;

/// Ends pods when the machine announces that it goes down, those that matter least first, and then
/// lets the machine go on.
///
/// | announced  | the node                            | pods                              |
/// |------------|-------------------------------------|-----------------------------------|
/// | goes down  | not Ready: node is shutting down    | end turn by turn; none is taken   |
/// | stays      | Ready again                         | are taken again                   |
///
/// **Threads:** that of the signal.
///
/// **Source:** `pkg/kubelet/nodeshutdown`.
final class NodeShutdown implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.kubelet");
    private static final String STATE = "graceful_node_shutdown_state";
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private final PodServices services;
    private final ShutdownSignal signal;
    private final NodeAgent node;
    private final Supplier<Collection<PodWorker>> workers;

    NodeShutdown(
            PodServices services,
            ShutdownSignal signal,
            NodeAgent node,
            Supplier<Collection<PodWorker>> workers) {
        this.services = services;
        this.signal = signal;
        this.node = node;
        this.workers = workers;
    }

    /// Begins to listen; a node that gives pods no time does not.
    void start() {
        ShutdownSettings settings = settings();
        if (!settings.periods().isEmpty()) {
            signal.start(settings.total(), this::announced);
        }
    }

    private ShutdownSettings settings() {
        return services.config().settings().shutdown();
    }

    @Override
    public void close() {
        signal.close();
    }

    private void announced(boolean goesDown) {
        LOG.log(Level.INFO, "shutdown of the machine announced={0}", goesDown);
        services.admission().setShuttingDown(goesDown);
        node.shutdownAnnounced(goesDown);
        if (goesDown) {
            Instant begin = services.now();
            keep(begin.toString(), NEVER);
            try {
                for (ShutdownOrder.Turn turn :
                        ShutdownOrder.of(settings().periods(), livingPods())) {
                    end(turn);
                }
                keep(begin.toString(), services.now().toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                signal.release();
            }
        } else {
            signal.hold();
        }
    }

    private List<KubeObject> livingPods() {
        List<KubeObject> pods = new ArrayList<>();
        for (PodWorker worker : workers.get()) {
            if (!PodStatusReport.isTerminal(worker.pod().status().string("phase"))) {
                pods.add(worker.pod());
            }
        }
        return pods;
    }

    /// Ends pods together, and waits until they have or their time is over.
    private void end(ShutdownOrder.Turn turn) throws InterruptedException {
        Map<String, PodWorker> byUid = new HashMap<>();
        workers.get().forEach(worker -> byUid.put(worker.pod().uid(), worker));
        List<PodWorker> ended = new ArrayList<>();
        for (KubeObject pod : turn.pods()) {
            PodWorker worker = byUid.get(pod.uid());
            if (worker != null) {
                worker.fail(Ending.shutdown(grace(pod, turn)));
                ended.add(worker);
            }
        }
        Instant deadline = services.now().plusSeconds(turn.seconds());
        for (PodWorker worker : ended) {
            if (!worker.awaitOver(Duration.between(services.now(), deadline))) {
                LOG.log(
                        Level.WARNING,
                        "pod did not end in its time pod={0} seconds={1}",
                        worker.pod().key(),
                        turn.seconds());
            }
        }
    }

    private static Duration grace(KubeObject pod, ShutdownOrder.Turn turn) {
        Duration own = PodDecisions.specifiedGrace(pod);
        Duration given = Duration.ofSeconds(turn.seconds());
        return own.compareTo(given) <= 0 ? own : given;
    }

    /// Keeps when pods began to end and when they had, for those who look after the machine.
    private void keep(String begin, String end) {
        Path file = services.config().root().resolve(STATE);
        Path written = services.config().root().resolve("." + STATE);
        JsonObject state = JsonObject.builder().put("startTime", begin).put("endTime", end).build();
        try {
            Files.writeString(written, state.toString());
            Path unused = Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "state of the shutdown not kept error={0}", e.toString());
        }
    }
}
