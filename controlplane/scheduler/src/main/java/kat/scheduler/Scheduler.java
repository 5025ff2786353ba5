package kat.scheduler;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.device.PodDeviceClaim;
import kat.api.json.JsonArray;
import kat.base.Randomness;
import kat.base.Threads;
import kat.base.Ticker;
import kat.base.metrics.Metrics;
import kat.client.EventRecorder;
import kat.client.Informer;
import kat.client.Informers;
import kat.client.Transport;
import kat.scheduler.extender.HttpExtender;
import kat.scheduler.plugins.DefaultPlugins;
import org.jspecify.annotations.Nullable;

/// Runs the scheduler: one thread owns the queue and the table of nodes, takes in what
/// informers and assignments report, and decides about one pod after another. Assignments go
/// out on threads of their own; until they are seen, the table counts them as done.
///
/// **Threads:** [#start] and [#close] by one owner.
public final class Scheduler implements AutoCloseable {

    /// The scheduler's name in pods and events.
    public static final String NAME = "default-scheduler";

    /// Assignments under way at once; more would not make a store's group commit larger.
    private static final int MOST_ASSIGNMENTS = 64;

    /// Far above what informers report in the time of one decision; a full inbox holds them
    /// back.
    private static final int MOST_MESSAGES = 65_536;

    /// What a pod waits for whose claims are being bound.
    private static final String VOLUME_BINDING = "VolumeBinding";

    /// What a pod waits for whose devices are being attached.
    private static final String DEVICES = "DynamicResources";

    private static final Duration SYNC_PATIENCE = Duration.ofSeconds(30);
    private static final Logger LOG = System.getLogger("kat.scheduler");

    private final Informers informers;
    private final Errands errands;
    private final DeviceWrites devices;
    private final Assignments chosen;
    private final SchedulerMetrics metrics;
    private final Ticker ticker;
    private final Map<String, Scheduling> schedulings = new LinkedHashMap<>(); // by name
    private final PodClaims claims;
    private final Inbox inbox;
    private final Threads.Permits assignments;
    private final SchedulingQueue queue = new SchedulingQueue(); // of the loop's thread
    private final NodeTable table = new NodeTable(); // of the loop's thread
    private final AssumedClaims assumed = new AssumedClaims(); // of the loop's thread
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
        this.metrics = new SchedulerMetrics(voices.metrics(), ticker);
        this.ticker = ticker;
        this.inbox = new Inbox(ticker.threads(), MOST_MESSAGES);
        this.assignments = ticker.threads().permits(MOST_ASSIGNMENTS);
        List<HttpExtender> extenders = HttpExtender.of(voices.config().extenders());
        this.errands =
                new Errands(
                        transport,
                        voices.recorders(),
                        metrics,
                        ticker,
                        new Extenders(extenders, ClusterObjects.NONE));
        this.devices = new DeviceWrites(transport, ticker::now);
        this.chosen = new Assignments(errands, devices, inbox);
        ClusterObjects objects = new InformedObjects(informers, assumed);
        PluginContext context =
                new PluginContext(
                        ticker::nanos, ticker::now, () -> randomness.nextUuid().toString());
        this.claims = new PodClaims(objects);
        for (Profile profile : voices.config().profiles()) {
            Scheduling.Judges judges =
                    new Scheduling.Judges(
                            DefaultPlugins.all(objects, profile.arguments(), context), extenders);
            Stages stages = metrics.stages(profile.name());
            schedulings.put(
                    profile.name(), new Scheduling(profile, judges, objects, randomness, stages));
        }
    }

    public synchronized void start() {
        if (thread != null) {
            return;
        }
        informers
                .informer(Kinds.NODE)
                .addHandler((before, after) -> inbox.tell(new Message.NodeChanged(before, after)));
        informers
                .informer(Kinds.POD)
                .addHandler((before, after) -> inbox.tell(new Message.PodChanged(before, after)));
        for (Kind kind : InformedObjects.KINDS) {
            tellChanges(kind, ClusterEvent.OBJECT_CHANGED);
        }
        for (Kind kind : InformedObjects.DEVICES) {
            tellChanges(kind, ClusterEvent.DEVICES_CHANGED);
        }
        informers
                .informer(PodDeviceClaim.KIND)
                .addHandler(
                        (before, after) ->
                                inbox.tell(new Message.DeviceClaimChanged(before, after)));
        for (Kind kind : InformedObjects.LOOKED_UP) {
            Informer unused = informers.informer(kind);
        }
        thread = ticker.threads().start("scheduler", this::run);
    }

    private void tellChanges(Kind kind, ClusterEvent event) {
        informers.informer(kind).addHandler((_, _) -> inbox.tell(new Message.ObjectChanged(event)));
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run() {
        try {
            // Deciding before all nodes and pods are known would crowd those seen first.
            while (!informers.informer(Kinds.NODE).awaitSynced(SYNC_PATIENCE)
                    || !informers.informer(Kinds.POD).awaitSynced(SYNC_PATIENCE)) {
                LOG.log(Level.INFO, "waiting for nodes and pods");
            }
            for (Kind kind : InformedObjects.awaited()) {
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
        inbox.await();
    }

    private void setAlarm() {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
        Long due = queue.nextDue();
        if (due != null) {
            Duration delay = Duration.ofNanos(Math.max(1, due - ticker.nanos()));
            alarm = ticker.schedule(delay, () -> inbox.tell(new Message.Alarm()));
        }
    }

    private void take(Message message) throws InterruptedException {
        switch (message) {
            case Message.PodChanged(var before, var after) -> podChanged(before, after);
            case Message.NodeChanged(var before, var after) -> nodeChanged(before, after);
            case Message.AssignmentFailed failure -> failed(failure);
            case Message.ObjectChanged(var event) -> happened(List.of(event));
            case Message.DeviceClaimChanged(var before, var after) -> claimChanged(before, after);
            case Message.ClaimsWritten(var pod, var decided, var written) ->
                    claimsWritten(pod, decided, written);
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

    /// Devices that are given back may help any pod; other changes those that use the claim.
    private void claimChanged(@Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject changed = Objects.requireNonNull(after == null ? before : after);
        assumed.seen(changed.key(), informers.get(PodDeviceClaim.KIND, changed.key()));
        if (after == null) {
            assumed.gone(changed);
        }
        boolean had = before != null && before.status().has("allocation");
        boolean has = after != null && after.status().has("allocation");
        if (had && !has) {
            happened(List.of(ClusterEvent.DEVICES_CHANGED));
        } else if (after != null && (before == null || !before.status().equals(after.status()))) {
            queue.happened(
                    ClusterEvent.DEVICE_CLAIM_CHANGED,
                    ticker.nanos(),
                    (event, queued) -> uses(queued.pod(), after) && mayHelp(event, queued));
        }
    }

    private static boolean uses(PodInfo pod, KubeObject claim) {
        return pod.object().namespace().equals(claim.namespace())
                && PodDeviceClaim.names(pod.object()).contains(claim.name());
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
        assumed.forget(pod);
        table.forgetNomination(pod.uid());
        queue.remove(pod.key());
        if (table.release(pod.uid())) {
            happened(List.of(ClusterEvent.POD_LEFT));
        }
    }

    private boolean isMine(KubeObject pod) {
        return schedulings.containsKey(profileOf(pod)) && !pod.isDeleting();
    }

    static String profileOf(KubeObject pod) {
        return pod.spec().string("schedulerName", NAME);
    }

    private Scheduling scheduling(PodInfo pod) {
        return Objects.requireNonNull(schedulings.get(profileOf(pod.object())));
    }

    private boolean mayHelp(ClusterEvent event, QueuedPod queued) {
        return scheduling(queued.pod()).mayHelp(event, queued.turnedAwayBy());
    }

    private void waiting(@Nullable KubeObject before, PodInfo pod) {
        if (table.isPlaced(pod.uid())) {
            return;
        }
        table.nominated(pod, before == null ? "" : PodInfo.nominatedNode(before));
        if (!pod.gates().isEmpty()) {
            return;
        }
        boolean onlyStatus =
                before != null
                        && before.spec().equals(pod.object().spec())
                        && before.labels().equals(pod.object().labels())
                        && madeClaims(before).equals(madeClaims(pod.object()));
        if (onlyStatus && queue.contains(pod.key())) {
            queue.refresh(pod);
        } else {
            queue.addOrUpdate(pod, ticker.nanos());
        }
    }

    /// The claims that were made for the pod.
    private static JsonArray madeClaims(KubeObject pod) {
        return pod.status().array("resourceClaimStatuses");
    }

    private void schedule(QueuedPod queued) throws InterruptedException {
        long began = metrics.now();
        PodInfo pod = queued.pod();
        boolean hadPlace = table.unreserve(pod.uid()); // its own place is free to itself
        String profile = profileOf(pod.object());
        Scheduling.Result result =
                scheduling(pod).decide(pod, table.nodesFor(pod), start, table.nomination(pod));
        start = result.nextStart();
        metrics.decided(began);
        switch (result.decision()) {
            case Decision.Bind bind -> bind(queued, bind, began);
            case Decision.NoNode(String message, var turnedAwayBy, var released, var keeps) -> {
                metrics.unschedulable(profile, began);
                queue.park(queued, ticker.nanos(), turnedAwayBy);
                boolean takesBack = !keeps && takeBack(pod);
                start("report", () -> giveUp(pod, message, released, takesBack));
            }
            case Decision.Preempt preempt -> {
                metrics.preempts(profile, preempt.victims().size(), began);
                queue.park(queued, ticker.nanos(), preempt.turnedAwayBy());
                preempt(pod, preempt);
            }
            case Decision.Failed(String message) -> {
                metrics.failed(profile, began);
                queue.retry(queued, ticker.nanos());
                boolean takesBack = takeBack(pod);
                start("report", () -> errands.report(pod, PodWrites.ERROR, message, takesBack));
            }
            case Decision.Held(var by) -> queue.await(queued, ticker.nanos(), by.getFirst());
            case Decision.Gated _ -> {
                // It comes back with the change that opens its last gate.
            }
        }
        if (hadPlace && table.nodeOf(pod.uid()) == null) {
            happened(List.of(ClusterEvent.POD_LEFT));
        }
    }

    /// No longer expects the pod anywhere; gives back whether that is to be written.
    private boolean takeBack(PodInfo pod) {
        return table.forgetNomination(pod.uid()) || !pod.nominatedNode().isEmpty();
    }

    /// A victim that only has a place reserved gives it back and waits for another; it is not
    /// deleted, for nothing of it runs.
    private void preempt(PodInfo pod, Decision.Preempt preempt) throws InterruptedException {
        List<PodInfo> displaced = table.nominate(pod, preempt.node());
        Victims victims = Victims.of(preempt.victims(), table, queue, ticker.nanos());
        if (!victims.sentBack().isEmpty()) {
            happened(List.of(ClusterEvent.POD_LEFT));
        }
        start(
                "preempt",
                () -> {
                    preempt.released().forEach(devices::release);
                    displaced.forEach(each -> errands.nominate(each, ""));
                    victims.sentBack().forEach(v -> errands.sendBack(pod, v, preempt.node()));
                    errands.preempt(pod, preempt, victims.running());
                });
    }

    private void giveUp(PodInfo pod, String message, List<KubeObject> released, boolean takesBack) {
        released.forEach(devices::release);
        errands.report(pod, PodWrites.UNSCHEDULABLE, message, takesBack);
    }

    /// A pod whose volumes or devices are not ready gets its node once they are; until then its
    /// place there is taken, but for pods that matter more.
    private void bind(QueuedPod queued, Decision.Bind decision, long began)
            throws InterruptedException {
        PodInfo pod = queued.pod();
        String node = decision.node();
        Reservations reservations = decision.reservations();
        boolean volumes = !claims.waiting(pod).isEmpty();
        List<PodClaims.Choice> choices =
                volumes ? claims.choices(pod, node, table.nodes()) : List.of();
        assumed.begin(pod, reservations.entries());
        if (volumes || reservations.mustWait()) {
            table.reserve(pod, node);
            queue.await(queued, ticker.nanos(), volumes ? VOLUME_BINDING : DEVICES);
            start("claims", () -> chosen.prepare(queued, decision, choices));
        } else {
            table.assign(pod, node);
            start("assign", () -> chosen.assign(queued, decision, began));
        }
    }

    /// Runs an errand once there is a place among those under way.
    private void start(String name, Runnable errand) throws InterruptedException {
        assignments.acquire();
        ticker.threads()
                .start(
                        name,
                        () -> {
                            try {
                                errand.run();
                            } finally {
                                assignments.release();
                            }
                        });
    }

    private void claimsWritten(
            PodInfo pod, List<Reservations.Entry> decided, List<KubeObject> written) {
        assumed.written(pod, decided, written);
        for (KubeObject claim : written) {
            assumed.seen(claim.key(), informers.get(PodDeviceClaim.KIND, claim.key()));
        }
        KubeObject present = informers.get(Kinds.POD, pod.key());
        if (present == null || !present.uid().equals(pod.uid())) {
            assumed.forget(pod); // it went while its claims were written
        }
        if (written.size() < decided.size()) {
            happened(List.of(ClusterEvent.DEVICES_CHANGED));
        }
    }

    private void failed(Message.AssignmentFailed message) throws InterruptedException {
        PodInfo pod = message.queued().pod();
        assumed.forget(pod);
        Status status = message.status();
        table.release(pod.uid());
        if (message.told().isEmpty() && status.reason().equals("NotFound")) {
            return;
        }
        LOG.log(Level.WARNING, "assignment failed pod={0} error={1}", pod.key(), status.message());
        KubeObject present = informers.get(Kinds.POD, pod.key());
        if (present != null && present.spec().string("nodeName").isEmpty() && isMine(present)) {
            PodInfo seen = PodInfo.of(present);
            queue.remove(pod.key());
            queue.retry(message.queued().seen(seen), ticker.nanos());
            boolean takesBack = takeBack(seen);
            if (!message.told().isEmpty()) {
                start(
                        "report",
                        () -> errands.report(pod, PodWrites.ERROR, message.told(), takesBack));
            } else if (takesBack) {
                start("report", () -> errands.nominate(pod, ""));
            }
        }
    }
}
