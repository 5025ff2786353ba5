package kat.kubelet;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.device.PodDeviceClaim;
import kat.base.Ticker;
import kat.cri.ContainerRuntimeException;
import org.jspecify.annotations.Nullable;

/// The shell around one pod's decisions: a virtual thread that sleeps until a message comes, then
/// looks, decides, starts activities on threads of their own, and reports. Activities send their
/// outcome as a message; so nothing of the worker's state has two writers.
///
/// **Threads:** [#changed], [#gone], [#wake] and [#leave] may be called by any.
final class PodWorker {

    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final Logger LOG = System.getLogger("kat.kubelet");

    static final Duration TROUBLE_RETRY = Duration.ofSeconds(1);

    /// A status that will change at once is held back for at most so long.
    private static final Duration HOLD_BACK = Duration.ofMillis(400);

    private final PodServices services;
    private final PodActivities activities;
    private final WorkerActions actions;
    private final WorkerProbes probes;
    private final StatusWriter writer;
    private final Runnable finished;
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final WorkerMemory memory = new WorkerMemory();
    private volatile KubeObject pod;

    /// The pod with the resources that it was promised.
    private volatile KubeObject granted;

    private volatile PodRuntime runtime = PodRuntime.NONE;
    private boolean isStale = true;
    private boolean isGone;
    private boolean leaves;
    private boolean isDone;
    private @Nullable Instant heldBackUntil;
    private Ticker.@Nullable Scheduled timer;
    private @Nullable Instant timerAt;
    private volatile @Nullable Thread thread;

    /// Open until nothing of the pod runs here and what the node kept for it is free.
    private final CountDownLatch over = new CountDownLatch(1);

    /// @param finished is called once nothing of the pod is left
    PodWorker(PodServices services, Hooks hooks, KubeObject pod, Runnable finished) {
        this.services = services;
        this.pod = pod;
        this.granted = pod;
        this.finished = finished;
        this.activities = new PodActivities(services);
        this.actions = new WorkerActions(services, hooks, memory, new Own());
        this.probes = new WorkerProbes(services, hooks.checks(), memory, this::tell);
        this.writer = new StatusWriter(services);
        memory.resize = memory.resize.begun(PodConditions.resizing(pod));
    }

    /// What the actions ask of the worker.
    private final class Own implements WorkerActions.Worker {

        @Override
        public KubeObject pod() {
            return granted;
        }

        @Override
        public PodRuntime runtime() {
            return runtime;
        }

        @Override
        public void tell(Runnable message) {
            PodWorker.this.tell(message);
        }

        @Override
        public void look() {
            isStale = true;
        }

        @Override
        public void wakeAt(Instant time) {
            PodWorker.this.wakeAt(time);
        }

        @Override
        public void end(Action action) {
            PodWorker.this.end(action);
        }

        @Override
        public void freed() {
            services.admission().release(pod.uid());
            over.countDown();
        }
    }

    /// Begins with a pod that must not run.
    void start(Ending ending) {
        memory.ending = ending;
        start();
    }

    void start() {
        inbox.add(() -> {});
        thread = Thread.ofVirtual().name("pod " + pod.key()).start(this::run);
    }

    /// Ends workers and leaves the pods as they are. What a worker is in the midst of ends first,
    /// so that the node's folder may be another's then; a program that hangs is not waited for
    /// longer than [#CLOSING].
    static void close(Collection<PodWorker> workers) {
        workers.forEach(PodWorker::interrupt);
        Thread last = Thread.startVirtualThread(() -> workers.forEach(PodWorker::join));
        try {
            if (!last.join(CLOSING)) {
                last.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void interrupt() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void join() {
        Thread running = thread;
        try {
            if (running != null) {
                running.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    KubeObject pod() {
        return pod;
    }

    /// What the runtime held of the pod when the worker last looked.
    PodRuntime runtime() {
        return runtime;
    }

    private void tell(Runnable message) {
        inbox.add(message);
    }

    /// The API has a new version of the pod.
    void changed(KubeObject version) {
        tell(
                () -> {
                    boolean respecified = version.generation() != pod.generation();
                    boolean relabelled =
                            !version.labels().equals(pod.labels())
                                    || !version.annotations().equals(pod.annotations());
                    if (version.isDeleting() && !pod.isDeleting()) {
                        memory.endRests();
                    }
                    pod = version;
                    if ((respecified || relabelled) && memory.volumesReady && hasFiles()) {
                        memory.renewVolumes();
                    }
                });
    }

    /// Something that the pod's volumes are made of has changed.
    void refreshVolumes() {
        tell(memory::renewVolumes);
    }

    private boolean hasFiles() {
        return pod.spec().array("volumes").objects().stream()
                .anyMatch(volume -> volume.has("downwardAPI") || volume.has("projected"));
    }

    /// The API has no such pod any more.
    void gone() {
        tell(
                () -> {
                    isGone = true;
                    memory.endRests();
                    memory.busy.remove(new Action.DeletePod().activity());
                });
    }

    /// Something happened in the runtime.
    void wake() {
        tell(() -> isStale = true);
    }

    /// Ends the pod as failed; harmless when it has ended.
    void fail(Ending ending) {
        tell(
                () -> {
                    boolean ended = PodStatusReport.isTerminal(pod.status().string("phase"));
                    if (memory.ending == null && !ended) {
                        memory.ending = ending;
                    }
                });
    }

    /// Waits until nothing of the pod runs here and its volumes are unmounted.
    ///
    /// @return whether that was so in time
    boolean awaitOver(Duration patience) throws InterruptedException {
        return over.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Something that the pod waits for may be there.
    void nudge() {
        tell(() -> {});
    }

    /// Ends the containers and keeps the object, as when the node is shut down.
    void leave() {
        tell(
                () -> {
                    leaves = true;
                    memory.endRests();
                });
    }

    private void run() {
        try {
            while (!isDone) {
                inbox.take().run();
                for (Runnable next = inbox.poll(); next != null; next = inbox.poll()) {
                    next.run();
                }
                step();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            cancelTimer();
            probes.close();
        }
    }

    private void step() throws InterruptedException {
        try {
            if (isStale) {
                isStale = false;
                runtime = services.reader().read(pod.uid());
                actions.seen(runtime);
                activities.collect(runtime);
            }
            granted = services.admission().grant(pod, memory);
            memory.noteResources(granted, runtime);
            followResize();
            probes.follow(granted, runtime);
            refreshTokens();
            for (Action action : PodDecisions.decide(view())) {
                actions.act(action);
            }
            report();
        } catch (ContainerRuntimeException | StatusException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("the worker was closed");
            }
            LOG.log(Level.WARNING, "pod not served pod={0} error={1}", pod.key(), e.getMessage());
            isStale = true;
            wakeAt(services.now().plus(TROUBLE_RETRY));
        }
    }

    /// Tells that the pod has what it was promised.
    private void followResize() {
        boolean goesOn = Resizes.isInProgress(view());
        long generation = memory.resize.generation();
        if (goesOn && generation == 0) {
            memory.resize = memory.resize.begun(pod.generation());
        } else if (!goesOn && generation > 0 && !pod.isDeleting()) {
            memory.resize = memory.resize.begun(0);
            String summary = NodeAdmission.summary(granted, generation, "");
            services.events().normal(pod, "ResizeCompleted", "Pod resize completed: " + summary);
        }
    }

    private PodDecisions.View view() {
        return new PodDecisions.View(
                writer.asLastWritten(granted),
                runtime,
                memory.snapshot(usesDevices()),
                isGone || leaves,
                services.now());
    }

    /// Not when the node is left: it takes nothing back then.
    private boolean usesDevices() {
        boolean begins = memory.busy.contains("sandbox") && !PodDeviceClaim.names(pod).isEmpty();
        return !leaves && (begins || services.devices().areUsedBy(pod.uid()));
    }

    private void refreshTokens() {
        Instant refresh = memory.tokenRefresh;
        if (refresh != null && memory.volumesReady) {
            if (services.now().isBefore(refresh)) {
                wakeAt(refresh);
            } else {
                memory.tokenRefresh = null;
                memory.renewVolumes();
            }
        }
    }

    private void report() {
        if (isDone || isGone || leaves) {
            return;
        }
        boolean moving =
                memory.busy.stream()
                        .anyMatch(each -> each.startsWith("start ") || each.equals("sandbox"));
        boolean reset = PodConditions.isRestartingAll(writer.asLastWritten(pod));
        if (moving && writer.hasWritten() && !pod.isDeleting() && !reset) {
            Instant now = services.now();
            if (heldBackUntil == null) {
                heldBackUntil = now.plus(HOLD_BACK);
            }
            if (now.isBefore(heldBackUntil)) {
                wakeAt(heldBackUntil);
                return;
            }
        }
        heldBackUntil = null;
        writer.write(pod, PodStatusReport.of(view(), services.config().addresses()));
    }

    private void end(Action action) {
        if (isGone || leaves) {
            isDone = true;
            finish();
            return;
        }
        writer.write(pod, PodStatusReport.of(view(), services.config().addresses()));
        actions.launch(
                action,
                () -> {
                    activities.deletePod(pod);
                    return () -> {
                        if (!isGone) {
                            memory.busy.add(action.activity());
                        }
                    };
                });
    }

    private void finish() {
        if (isGone) {
            try {
                activities.forget(pod, runtime);
            } catch (IOException | ContainerRuntimeException e) {
                LOG.log(
                        Level.WARNING,
                        "remains of a pod not removed pod={0} error={1}",
                        pod.key(),
                        e.getMessage());
            }
        }
        services.admission().release(pod.uid());
        services.probeTotals().forget(pod.uid());
        over.countDown();
        finished.run();
    }

    private void wakeAt(Instant time) {
        if (timerAt != null && !time.isBefore(timerAt) && services.now().isBefore(timerAt)) {
            return;
        }
        cancelTimer();
        timerAt = time;
        timer = services.ticker().scheduleAt(time, () -> tell(() -> timerAt = null));
        if (!services.now().isBefore(time)) {
            tell(() -> timerAt = null);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
