package kat.kubelet;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.base.Randomness;
import kat.base.Threads;
import kat.base.Ticker;
import kat.client.DeleteOptions;
import kat.client.Informer;
import kat.client.Informers;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WorkQueue;
import kat.client.WriteOptions;
import kat.client.node.NodeGateway;
import org.jspecify.annotations.Nullable;

/// Thousands of nodes without containers, in one process: they register, renew their leases, and
/// pods bound to them run (and those of Jobs finish) at once. A handful of virtual threads serves
/// all of them; a node or a pod costs an entry in a map.
///
/// **Threads:** any; [#start] once.
public final class SimulatedNodes implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.kubelet.simulated");
    private static final WriteOptions ON_STATUS = WriteOptions.by("kubelet").on("status");
    private static final int REGISTRATION_WORKERS = 16;

    private final SimulatedConfig config;
    private final Transport transport;
    private final Informers informers;
    private final Ticker ticker;
    private final Randomness randomness;
    private final WorkQueue<ObjectKey> queue;
    private final Map<String, SimulatedNode> nodes = new ConcurrentHashMap<>();
    private final List<Threads.Running> workers = new ArrayList<>(); // guarded by this
    private volatile boolean closed;

    public SimulatedNodes(
            SimulatedConfig config,
            Transport transport,
            Informers informers,
            Ticker ticker,
            Randomness randomness) {
        this.config = config;
        this.transport = transport;
        this.informers = informers;
        this.ticker = ticker;
        this.randomness = randomness;
        this.queue = new WorkQueue<>(ticker);
        for (int i = 0; i < config.count(); i++) {
            SimulatedNode node = new SimulatedNode(config.nodeName(i), i);
            nodes.put(node.name(), node);
        }
    }

    /// Registers the nodes and begins to serve their pods; returns when all nodes are registered.
    ///
    /// @throws StatusException when the API refuses a node
    public synchronized void start() throws InterruptedException {
        register();
        Informer unused = informers.informer(Kinds.NODE);
        informers.informer(Kinds.POD).addHandler(this::podChanged);
        for (int i = 0; i < config.workers(); i++) {
            workers.add(ticker.threads().start("simulated pods " + i, this::work));
        }
        for (SimulatedNode node : nodes.values()) {
            long spread = config.leaseRenewal().toMillis();
            scheduleRenewal(node, Duration.ofMillis(randomness.nextInt((int) spread)));
        }
    }

    /// Answers every request for a log or a command with the reason why there is none.
    public NodeGateway gateway() {
        return new SimulatedGateway();
    }

    /// Whether this node is one of the simulated ones.
    public boolean has(String node) {
        return nodes.containsKey(node);
    }

    @Override
    public synchronized void close() {
        closed = true;
        queue.close();
        workers.forEach(Threads.Running::interrupt);
    }

    private void register() throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Threads.Running> threads = new ArrayList<>();
        List<StatusException> refused = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < Math.min(REGISTRATION_WORKERS, config.count()); i++) {
            threads.add(
                    ticker.threads()
                            .start(
                                    "register simulated nodes " + i,
                                    () -> {
                                        try {
                                            registerFrom(next);
                                        } catch (StatusException e) {
                                            refused.add(e);
                                        }
                                    }));
        }
        for (Threads.Running thread : threads) {
            thread.join();
        }
        if (!refused.isEmpty()) {
            throw refused.getFirst();
        }
    }

    private void registerFrom(AtomicInteger next) {
        for (int i = next.getAndIncrement(); i < config.count(); i = next.getAndIncrement()) {
            SimulatedNode node = nodes.get(config.nodeName(i));
            if (node != null) {
                registerNode(node);
            }
        }
    }

    private void registerNode(SimulatedNode node) {
        KubeObject object = node.object(config, ticker.now());
        KubeObject created;
        try {
            created = transport.create(Kinds.NODE, object, WriteOptions.by("kubelet")).object();
        } catch (StatusException e) {
            if (!e.is("AlreadyExists")) {
                throw e;
            }
            created = transport.get(Kinds.NODE, object.key());
            writeStatus(node, created);
        }
        node.knownAs(created);
        renew(node);
    }

    private void writeStatus(SimulatedNode node, KubeObject stored) {
        JsonArray before = stored.status().array("conditions");
        JsonObject status = JsonObject.of("status", node.status(config, before, ticker.now()));
        transport.patch(Kinds.NODE, stored.key(), Patch.strategic(status), ON_STATUS);
    }

    private void scheduleRenewal(SimulatedNode node, Duration delay) {
        ticker.schedule(
                delay,
                () ->
                        ticker.threads()
                                .start("lease of " + node.name(), () -> renewAndSchedule(node)));
    }

    private void renewAndSchedule(SimulatedNode node) {
        if (closed) {
            return;
        }
        try {
            renew(node);
            tellIfThoughtSilent(node);
        } catch (StatusException e) {
            LOG.log(
                    Level.WARNING,
                    "lease not renewed node={0} error={1}",
                    node.name(),
                    e.getMessage());
        }
        scheduleRenewal(node, config.leaseRenewal());
    }

    /// A node that was given up while it could not be heard is ready again only by its own word.
    private void tellIfThoughtSilent(SimulatedNode node) {
        KubeObject seen = informers.get(Kinds.NODE, ObjectKey.of("", node.name()));
        if (seen != null && !NodeObjects.isReady(seen)) {
            writeStatus(node, seen);
        }
    }

    private void renew(SimulatedNode node) {
        ObjectKey key = ObjectKey.of(NodeObjects.LEASE_NAMESPACE, node.name());
        try {
            transport.patch(
                    Kinds.LEASE,
                    key,
                    Patch.merge(NodeObjects.renewal(ticker.now())),
                    WriteOptions.by("kubelet"));
        } catch (StatusException e) {
            if (!e.is("NotFound")) {
                throw e;
            }
            KubeObject lease = NodeObjects.lease(node.stored(), ticker.now());
            transport.create(Kinds.LEASE, lease, WriteOptions.by("kubelet"));
        }
    }

    private void podChanged(@Nullable KubeObject before, @Nullable KubeObject after) {
        if (after != null) {
            if (nodes.containsKey(after.spec().string("nodeName"))) {
                queue.add(after.key());
            }
            return;
        }
        if (before != null) {
            SimulatedNode node = nodes.get(before.spec().string("nodeName"));
            if (node != null) {
                node.release(before.uid());
            }
        }
    }

    private void work() {
        try {
            for (ObjectKey key = queue.take(); key != null; key = queue.take()) {
                try {
                    serve(key);
                    queue.forget(key);
                } catch (StatusException e) {
                    retry(key, e);
                } finally {
                    queue.done(key);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void retry(ObjectKey key, StatusException failure) {
        if (!failure.is("NotFound")) {
            LOG.log(Level.DEBUG, "pod not served pod={0} error={1}", key, failure.getMessage());
            queue.addRateLimited(key);
        }
    }

    private void serve(ObjectKey key) {
        KubeObject pod = informers.get(Kinds.POD, key);
        SimulatedNode node = pod == null ? null : nodes.get(pod.spec().string("nodeName"));
        if (pod == null || node == null) {
            return;
        }
        String address = node.addressOf(pod);
        switch (SimulatedPods.decide(pod, address, node.hostAddress(), config, ticker.now())) {
            case SimulatedPods.Step.Report(JsonObject status) -> report(pod, status);
            case SimulatedPods.Step.Remove() ->
                    transport.delete(
                            Kinds.POD,
                            key,
                            DeleteOptions.of(pod.uid()).withGrace(0).because(pod.revision()));
            case SimulatedPods.Step.Wait(Duration delay) -> queue.addAfter(key, delay);
            case SimulatedPods.Step.Nothing() -> {}
        }
    }

    private void report(KubeObject pod, JsonObject status) {
        WriteOptions options = ON_STATUS.because(pod.revision());
        transport.patch(Kinds.POD, pod.key(), PodWrites.status(pod, status), options);
    }

    private static final class SimulatedGateway extends RefusingGateway {
        @Override
        StatusException refusal(String node) {
            return Status.badRequest(
                            "node "
                                    + node
                                    + " is simulated: its pods have no containers, so there are no"
                                    + " logs, commands or ports")
                    .asException();
        }
    }
}
