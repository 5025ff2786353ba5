package kat.scheduler;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.base.Randomness;
import kat.base.Threads;
import kat.base.Ticker;
import kat.base.metrics.Metrics;
import kat.client.Change;
import kat.client.DeleteOptions;
import kat.client.EventRecorder;
import kat.client.Informer;
import kat.client.Informers;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.scheduler.plugins.DefaultPlugins;
import org.jspecify.annotations.Nullable;

/// Runs the scheduler: one thread owns the queue and the table of nodes, takes in what informers
/// and assignments report, and decides about one pod after another. Assignments go out on threads
/// of their own; until they are seen, the table counts them as done.
///
/// **Threads:** [#start] and [#close] by one owner.
public final class Scheduler implements AutoCloseable {

    /// The scheduler's name in pods and events.
    public static final String NAME = "default-scheduler";

    /// Assignments under way at once; more would not make a store's group commit larger.
    private static final int MOST_ASSIGNMENTS = 64;

    /// Far above what informers report in the time of one decision; a full inbox holds them back.
    private static final int MOST_MESSAGES = 65_536;

    /// What a pod waits for whose claims are being bound.
    private static final String VOLUME_BINDING = "VolumeBinding";
    private static final Duration SYNC_PATIENCE = Duration.ofSeconds(30);
    private static final Logger LOG = System.getLogger("kat.scheduler");

    private final Informers informers;
    private final Transport transport;
    private final Function<String, EventRecorder> recorders;
    private final SchedulerMetrics metrics;
    private final Ticker ticker;
    private final Map<String, Scheduling> schedulings = new LinkedHashMap<>(); // by name
    private final PodClaims claims;
    private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>(MOST_MESSAGES);
    private final Threads.Permits told; // whether the inbox may hold something
    private final Threads.Permits assignments;
    private final SchedulingQueue queue = new SchedulingQueue(); // of the loop's thread
    private final NodeTable table = new NodeTable(); // of the loop's thread
    private Ticker.@Nullable Scheduled alarm; // of the loop's thread
    private int start; // of the loop's thread
    private Threads.@Nullable Running thread; // guarded by this

    /// The profiles, who records events in the name of each, and where decisions are counted.
    public record Voices(
            SchedulerConfig config, Function<String, EventRecorder> recorders, Metrics metrics) {}

    /// With the usual profile alone.
    public Scheduler(
            Informers informers,
            Transport transport,
            EventRecorder recorder,
            Ticker ticker,
            Randomness randomness) {
        this(
                informers,
                transport,
                new Voices(SchedulerConfig.USUAL, _ -> recorder, new Metrics()),
                ticker,
                randomness);
    }

    public Scheduler(
            Informers informers,
            Transport transport,
            Voices voices,
            Ticker ticker,
            Randomness randomness) {
        this.informers = informers;
        this.transport = transport;
        this.recorders = voices.recorders();
        this.metrics = new SchedulerMetrics(voices.metrics(), ticker);
        this.ticker = ticker;
        this.told = ticker.threads().permits(0);
        this.assignments = ticker.threads().permits(MOST_ASSIGNMENTS);
        ClusterObjects objects = new InformedObjects(informers);
        this.claims = new PodClaims(objects);
        for (Profile profile : voices.config().profiles()) {
            List<Plugin> plugins = DefaultPlugins.all(objects, profile.arguments());
            Stages stages = metrics.stages(profile.name());
            schedulings.put(
                    profile.name(), new Scheduling(profile, plugins, objects, randomness, stages));
        }
    }

    public synchronized void start() {
        if (thread != null) {
            return;
        }
        informers
                .informer(Kinds.NODE)
                .addHandler((before, after) -> tell(new Message.NodeChanged(before, after)));
        informers
                .informer(Kinds.POD)
                .addHandler((before, after) -> tell(new Message.PodChanged(before, after)));
        for (Kind kind : InformedObjects.KINDS) {
            informers.informer(kind).addHandler((_, _) -> tell(new Message.ObjectChanged()));
        }
        for (Kind kind : InformedObjects.LOOKED_UP) {
            Informer unused = informers.informer(kind);
        }
        thread = ticker.threads().start("scheduler", this::run);
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void tell(Message message) {
        try {
            inbox.put(message);
            told.release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            // Deciding before all nodes and pods are known would crowd those seen first.
            while (!informers.informer(Kinds.NODE).awaitSynced(SYNC_PATIENCE)
                    || !informers.informer(Kinds.POD).awaitSynced(SYNC_PATIENCE)) {
                LOG.log(Level.INFO, "waiting for nodes and pods");
            }
            for (Kind kind : InformedObjects.KINDS) {
                boolean unused = informers.informer(kind).awaitSynced(SYNC_PATIENCE);
            }
            while (true) {
                step();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            metrics.waiting(new SchedulingQueue());
        }
    }

    private void step() throws InterruptedException {
        for (Message message = inbox.poll(); message != null; message = inbox.poll()) {
            take(message);
        }
        queue.advance(ticker.nanos());
        metrics.waiting(queue);
        QueuedPod next = queue.poll();
        if (next != null) {
            schedule(next);
            return;
        }
        setAlarm();
        told.acquire();
        told.drain();
    }

    private void setAlarm() {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
        Long due = queue.nextDue();
        if (due != null) {
            Duration delay = Duration.ofNanos(Math.max(1, due - ticker.nanos()));
            alarm = ticker.schedule(delay, () -> tell(new Message.Alarm()));
        }
    }

    private void take(Message message) {
        switch (message) {
            case Message.PodChanged(var before, var after) -> podChanged(before, after);
            case Message.NodeChanged(var before, var after) -> nodeChanged(before, after);
            case Message.AssignmentFailed(var queued, var status) -> failed(queued, status);
            case Message.ObjectChanged() -> happened(List.of(ClusterEvent.OBJECT_CHANGED));
            case Message.Alarm() -> queue.advance(ticker.nanos());
        }
    }

    private void nodeChanged(@Nullable KubeObject before, @Nullable KubeObject after) {
        if (after != null) {
            happened(table.put(after));
        } else if (before != null) {
            table.removeNode(before.name());
        }
    }

    private void happened(List<ClusterEvent> events) {
        for (ClusterEvent event : events) {
            queue.happened(event, ticker.nanos(), this::mayHelp);
        }
    }

    private void podChanged(@Nullable KubeObject before, @Nullable KubeObject after) {
        if (after == null) {
            if (before != null) {
                gone(PodInfo.of(before));
            }
            return;
        }
        PodInfo pod = PodInfo.of(after);
        if (pod.hasEnded()) {
            gone(pod);
        } else if (!pod.nodeName().isEmpty()) {
            queue.remove(pod.key());
            boolean counted = pod.nodeName().equals(table.nodeOf(pod.uid()));
            table.assign(pod, pod.nodeName());
            if (!counted) {
                happened(List.of(ClusterEvent.POD_CAME));
            }
        } else if (isMine(after)) {
            waiting(before, pod);
        } else {
            queue.remove(pod.key());
            if (table.unreserve(pod.uid())) {
                happened(List.of(ClusterEvent.POD_LEFT));
            }
        }
    }

    private void gone(PodInfo pod) {
        table.forgetNomination(pod.uid());
        queue.remove(pod.key());
        if (table.release(pod.uid())) {
            happened(List.of(ClusterEvent.POD_LEFT));
        }
    }

    private boolean isMine(KubeObject pod) {
        return schedulings.containsKey(profileOf(pod)) && !pod.isDeleting();
    }

    private static String profileOf(KubeObject pod) {
        return pod.spec().string("schedulerName", NAME);
    }

    private Scheduling scheduling(PodInfo pod) {
        return Objects.requireNonNull(schedulings.get(profileOf(pod.object())));
    }

    private boolean mayHelp(ClusterEvent event, QueuedPod queued) {
        return scheduling(queued.pod()).mayHelp(event, queued.turnedAwayBy());
    }

    private EventRecorder recorder(KubeObject pod) {
        return recorders.apply(profileOf(pod));
    }

    private void waiting(@Nullable KubeObject before, PodInfo pod) {
        if (table.isPlaced(pod.uid()) || !pod.gates().isEmpty()) {
            return;
        }
        boolean onlyStatus =
                before != null
                        && before.spec().equals(pod.object().spec())
                        && before.labels().equals(pod.object().labels());
        if (onlyStatus && queue.contains(pod.key())) {
            queue.refresh(pod);
        } else {
            queue.addOrUpdate(pod, ticker.nanos());
        }
    }

    private void schedule(QueuedPod queued) throws InterruptedException {
        long began = metrics.now();
        boolean hadPlace = table.unreserve(queued.pod().uid()); // its own place is free to itself
        String profile = profileOf(queued.pod().object());
        Scheduling.Result result =
                scheduling(queued.pod()).decide(queued.pod(), table.nodesFor(queued.pod()), start);
        start = result.nextStart();
        metrics.decided(began);
        switch (result.decision()) {
            case Decision.Bind(String node) -> bind(queued, node, began);
            case Decision.NoNode(String message, var turnedAwayBy) -> {
                metrics.unschedulable(profile, began);
                queue.park(queued, ticker.nanos(), turnedAwayBy);
                assignments.acquire();
                ticker.threads().start("report", () -> report(queued.pod(), message));
            }
            case Decision.Preempt preempt -> {
                metrics.preempts(profile, preempt.victims().size(), began);
                queue.park(queued, ticker.nanos(), preempt.turnedAwayBy());
                boolean isGoingOn = isMakingRoom(queued.pod());
                if (!isGoingOn) {
                    table.nominate(queued.pod(), preempt.node());
                }
                assignments.acquire();
                ticker.threads().start("preempt", () -> preempt(queued.pod(), preempt, isGoingOn));
            }
            case Decision.Gated _ -> {
                // It comes back with the change that opens its last gate.
            }
        }
        if (hadPlace && table.nodeOf(queued.pod().uid()) == null) {
            happened(List.of(ClusterEvent.POD_LEFT));
        }
    }

    /// A pod whose claims wait for it gets its node once they are bound; until then its place there
    /// is taken, also for pods that matter more.
    private void bind(QueuedPod queued, String node, long began) throws InterruptedException {
        PodInfo pod = queued.pod();
        boolean waits = !claims.waiting(pod).isEmpty();
        List<PodClaims.Choice> choices = waits ? choices(pod, node) : List.of();
        assignments.acquire();
        if (waits) {
            table.reserve(pod, node);
            queue.await(queued, ticker.nanos(), VOLUME_BINDING);
            ticker.threads().start("claims", () -> prepare(pod, node, choices));
        } else {
            table.assign(pod, node);
            ticker.threads().start("assign", () -> assign(queued, node, began));
        }
    }

    private List<PodClaims.Choice> choices(PodInfo pod, String name) {
        for (NodeInfo node : table.nodes()) {
            if (node.name().equals(name)
                    && claims.choose(pod, node) instanceof PodClaims.Chosen(var choices)) {
                return choices;
            }
        }
        return List.of();
    }

    private void prepare(PodInfo pod, String node, List<PodClaims.Choice> choices) {
        WriteOptions options = WriteOptions.by("kube-scheduler").because(pod.object().revision());
        try {
            for (PodClaims.Choice choice : choices) {
                KubeObject volume = choice.volume();
                KubeObject claim = choice.claim();
                if (volume != null && !volume.spec().has("claimRef")) {
                    transport.update(
                            Kinds.PERSISTENT_VOLUME, ClaimWrites.reserved(volume, claim), options);
                } else if (volume == null && claim.annotation(PodClaims.SELECTED_NODE).isEmpty()) {
                    transport.update(
                            Kinds.PERSISTENT_VOLUME_CLAIM,
                            ClaimWrites.selected(claim, node),
                            options);
                }
            }
        } catch (StatusException e) {
            // The change that was in the way brings the pod back.
            LOG.log(Level.DEBUG, "claim not prepared pod={0} error={1}", pod.key(), e.getMessage());
        } finally {
            assignments.release();
        }
    }

    private void assign(QueuedPod queued, String node, long began) {
        KubeObject pod = queued.pod().object();
        long since = metrics.now();
        try {
            transport.create(
                    Kinds.POD,
                    PodWrites.binding(pod, node),
                    WriteOptions.by("kube-scheduler").on("binding").because(pod.revision()));
            metrics.binding(profileOf(pod), true, since);
            metrics.bound(profileOf(pod), queued, began);
            String message = "Successfully assigned " + pod.key() + " to " + node;
            recorder(pod).record(Change.Emit.normal(pod, "Scheduled", message).during("Binding"));
        } catch (StatusException e) {
            metrics.binding(profileOf(pod), false, since);
            metrics.failed(profileOf(pod), began);
            tell(new Message.AssignmentFailed(queued, e.status()));
        } finally {
            assignments.release();
        }
    }

    private void failed(QueuedPod queued, Status status) {
        PodInfo pod = queued.pod();
        table.release(pod.uid());
        if (status.reason().equals("NotFound")) {
            return;
        }
        LOG.log(Level.WARNING, "assignment failed pod={0} error={1}", pod.key(), status.message());
        KubeObject present = informers.get(Kinds.POD, pod.key());
        if (present != null && present.spec().string("nodeName").isEmpty() && isMine(present)) {
            queue.retry(queued.seen(PodInfo.of(present)), ticker.nanos());
        }
    }

    /// Whether pods that had to go for this one are still on their way out.
    private boolean isMakingRoom(PodInfo pod) {
        String nominated = table.nominatedNode(pod.uid());
        for (NodeInfo node : table.nodes()) {
            if (node.name().equals(nominated)) {
                return node.pods().stream()
                        .anyMatch(
                                each ->
                                        each.priority() < pod.priority()
                                                && each.object().isDeleting());
            }
        }
        return false;
    }

    private void preempt(PodInfo pod, Decision.Preempt decision, boolean isGoingOn) {
        if (!isGoingOn) {
            for (PodInfo victim : decision.victims()) {
                evict(pod, victim, decision.node());
            }
            nominate(pod, decision.node());
        }
        report(pod, decision.message());
    }

    private void evict(PodInfo pod, PodInfo victim, String node) {
        WriteOptions options = WriteOptions.by("kube-scheduler").because(pod.object().revision());
        try {
            transport.patch(
                    Kinds.POD,
                    victim.key(),
                    PodWrites.preempted(victim.object(), ticker.now()),
                    options.on("status"));
            transport.delete(Kinds.POD, victim.key(), DeleteOptions.of(victim.uid()));
            recorder(pod.object())
                    .record(
                            Change.Emit.normal(
                                            victim.object(),
                                            "Preempted",
                                            "Preempted by pod " + pod.uid() + " on node " + node)
                                    .during("Preempting", pod.object()));
        } catch (StatusException e) {
            LOG.log(
                    Level.DEBUG,
                    "pod not preempted pod={0} error={1}",
                    victim.key(),
                    e.getMessage());
        }
    }

    private void nominate(PodInfo pod, String node) {
        try {
            transport.patch(
                    Kinds.POD,
                    pod.key(),
                    PodWrites.nominated(node),
                    WriteOptions.by("kube-scheduler")
                            .on("status")
                            .because(pod.object().revision()));
        } catch (StatusException e) {
            LOG.log(Level.DEBUG, "nomination not written pod={0}", pod.key());
        }
    }

    private void report(PodInfo pod, String message) {
        try {
            recorder(pod.object())
                    .record(
                            Change.Emit.warning(pod.object(), "FailedScheduling", message)
                                    .during("Scheduling"));
            PodWrites.Unschedulable write =
                    PodWrites.unschedulable(pod.object(), message, ticker.now());
            if (write.isNews()) {
                transport.patch(
                        Kinds.POD,
                        pod.key(),
                        write.patch(),
                        WriteOptions.by("kube-scheduler")
                                .on("status")
                                .because(pod.object().revision()));
            }
        } catch (StatusException e) {
            LOG.log(
                    Level.DEBUG,
                    "condition not written pod={0} error={1}",
                    pod.key(),
                    e.getMessage());
        } finally {
            assignments.release();
        }
    }
}
