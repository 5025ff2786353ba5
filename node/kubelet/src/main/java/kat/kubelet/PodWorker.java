package kat.kubelet;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.cri.ContainerRuntimeException;
import kat.kubelet.PodMemory.Failure;
import kat.kubelet.PodMemory.ImageLook;
import kat.kubelet.volumes.PodVolumes;
import kat.kubelet.volumes.VolumeFault;
import org.jspecify.annotations.Nullable;

/// The shell around one pod's decisions: a virtual thread that sleeps until a message comes, then
/// looks, decides, starts activities on threads of their own, and reports. Activities send their
/// outcome as a message; so nothing of the worker's state has two writers.
///
/// **Threads:** [#changed], [#gone], [#wake] and [#leave] may be called by any.
final class PodWorker {

    private static final Logger LOG = System.getLogger("kat.kubelet");

    private static final Duration TROUBLE_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);
    private static final int MOST_DOUBLINGS = 4;

    /// A status that will change at once is held back for at most so long.
    private static final Duration HOLD_BACK = Duration.ofMillis(400);

    private final PodServices services;
    private final PodActivities activities;
    private final ContainerStarter starter;
    private final ContainerStopper stopper;
    private final WorkerProbes probes;
    private final StatusWriter writer;
    private final Runnable finished;
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final WorkerMemory memory = new WorkerMemory();
    private volatile KubeObject pod;
    private volatile PodRuntime runtime = PodRuntime.NONE;
    private boolean isStale = true;
    private boolean isGone;
    private boolean leaves;
    private boolean isDone;
    private @Nullable Instant heldBackUntil;
    private Ticker.@Nullable Scheduled timer;
    private @Nullable Instant timerAt;
    private volatile @Nullable Thread thread;

    /// @param finished is called once nothing of the pod is left
    PodWorker(PodServices services, Hooks hooks, KubeObject pod, Runnable finished) {
        this.services = services;
        this.pod = pod;
        this.finished = finished;
        this.activities = new PodActivities(services);
        this.starter = new ContainerStarter(services, hooks);
        this.stopper = new ContainerStopper(services, hooks);
        this.probes = new WorkerProbes(services, hooks.checks(), memory, this::tell);
        this.writer = new StatusWriter(services);
    }

    void start() {
        inbox.add(() -> {});
        thread = Thread.ofVirtual().name("pod " + pod.key()).start(this::run);
    }

    /// Ends the worker and leaves the pod as it is.
    void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
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
                    memory.busy.remove(new Action.DeletePod().activity());
                });
    }

    /// Something happened in the runtime.
    void wake() {
        tell(() -> isStale = true);
    }

    /// Ends the containers and keeps the object, as when the node is shut down.
    void leave() {
        tell(() -> leaves = true);
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
                activities.collect(runtime);
            }
            memory.noteResources(pod, runtime);
            probes.follow(pod, runtime);
            refreshTokens();
            PodDecisions.View view = view();
            List<Action> actions = PodDecisions.decide(view);
            for (Action action : actions) {
                act(action);
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

    private PodDecisions.View view() {
        return new PodDecisions.View(
                writer.asLastWritten(pod),
                runtime,
                memory.snapshot(),
                isGone || leaves,
                services.now());
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
        if (moving && writer.hasWritten() && !pod.isDeleting()) {
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
        writer.write(pod, PodStatusReport.of(view(), services.config().address()));
    }

    private void act(Action action) {
        switch (action) {
            case Action.PrepareVolumes _ -> {
                int wanted = memory.volumesWanted;
                launch(action, () -> prepareVolumes(wanted));
            }
            case Action.CreateSandbox(int attempt) -> launch(action, () -> createSandbox(attempt));
            case Action.FindImage(JsonObject container) -> launchFind(action, container);
            case Action.StartContainer start -> launchStart(start);
            case Action.KillContainer kill -> {
                KubeObject addressed = addressed();
                launch(
                        action,
                        () -> {
                            stopper.stop(addressed, kill);
                            return () -> memory.unhealthy.remove(kill.container().id());
                        });
            }
            case Action.Resize(List<Resizes.Resize> resizes) -> {
                KubeObject asked = pod;
                launch(
                        action,
                        () -> {
                            activities.resize(asked, resizes);
                            return () -> memory.resized(resizes);
                        });
            }
            case Action.StopSandbox(String id) ->
                    launch(
                            action,
                            () -> {
                                services.runtime().stopPodSandbox(id);
                                return () -> {};
                            });
            case Action.CleanUp _ ->
                    launch(
                            action,
                            () -> {
                                activities.cleanUp(pod);
                                return () -> memory.isCleanedUp = true;
                            });
            case Action.DeletePod _ -> end(action);
            case Action.Hold hold -> hold(hold);
            case Action.WakeAt(Instant time) -> wakeAt(time);
        }
    }

    /// Work that ends with a change of the worker's memory, which it must not read before: what it
    /// needs of it is handed over when it is launched.
    private interface Activity {
        Runnable run() throws InterruptedException, IOException, VolumeFault;
    }

    private void launch(Action action, Activity activity) {
        String name = action.activity();
        memory.busy.add(name);
        Thread unused =
                Thread.ofVirtual()
                        .name("pod " + pod.key() + " " + name)
                        .start(() -> perform(name, activity));
    }

    private void perform(String name, Activity activity) {
        Runnable outcome;
        try {
            outcome = activity.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (IOException | VolumeFault | ContainerRuntimeException | StatusException e) {
            LOG.log(
                    Level.WARNING,
                    "activity failed pod={0} activity={1} error={2}",
                    pod.key(),
                    name,
                    e.getMessage());
            outcome = () -> wakeAt(services.now().plus(TROUBLE_RETRY));
        } catch (RuntimeException e) {
            // A fault of ours. Without a message the pod would seem busy for ever.
            LOG.log(Level.ERROR, "activity broke pod=" + pod.key() + " activity=" + name, e);
            outcome = () -> wakeAt(services.now().plus(TROUBLE_RETRY));
        }
        Runnable after = outcome;
        tell(
                () -> {
                    memory.busy.remove(name);
                    isStale = true;
                    after.run();
                });
    }

    /// @param wanted which state of the sources the volumes will hold at least
    private Runnable prepareVolumes(int wanted) {
        try {
            KubeObject addressed = addressed();
            PodVolumes.Ready ready =
                    services.volumes()
                            .prepare(addressed, services.downward(addressed), services.now());
            return () -> {
                memory.volumes = ready.paths();
                memory.tokenRefresh = ready.refresh();
                memory.volumesReady = wanted == memory.volumesWanted;
                memory.volumesRetry = null;
                memory.volumeFailures = 0;
            };
        } catch (VolumeFault e) {
            services.events().warning(pod, "FailedMount", String.valueOf(e.getMessage()));
            return () -> memory.volumesRetry = retry(memory.volumeFailures++);
        }
    }

    private Instant retry(int failures) {
        Duration delay =
                TROUBLE_RETRY.dividedBy(2).multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        return services.now().plus(delay.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : delay);
    }

    private Runnable createSandbox(int attempt) {
        try {
            String unused = activities.createSandbox(pod, attempt);
            if (attempt > 0) {
                services.events()
                        .normal(
                                pod,
                                "SandboxChanged",
                                "Pod sandbox changed, it will be killed and re-created.");
            }
            return () -> {
                memory.sandboxRetry = null;
                memory.sandboxFailures = 0;
            };
        } catch (IOException | ContainerRuntimeException e) {
            String why =
                    e instanceof ContainerRuntimeException refused
                            ? refused.rpcError()
                            : String.valueOf(e.getMessage());
            services.events()
                    .warning(pod, "FailedCreatePodSandBox", "Failed to create pod sandbox: " + why);
            return () -> memory.sandboxRetry = retry(memory.sandboxFailures++);
        }
    }

    private void launchFind(Action action, JsonObject container) {
        String name = container.string("name");
        ImageLook before = memory.images.get(name);
        KubeObject looked = pod;
        launch(
                action,
                () -> {
                    ImagePulls.Result result = services.images().look(looked, container, before);
                    return () -> {
                        memory.images.put(name, result.look());
                        if (result.failure() == null) {
                            memory.failures.remove(name);
                        } else {
                            memory.failures.put(name, result.failure());
                        }
                    };
                });
    }

    private void launchStart(Action.StartContainer start) {
        String name = start.container().string("name");
        PodRuntime.Known known = runtime.latest(name);
        Instant end = known == null ? null : known.status().finishedAt();
        if (known != null && end != null) {
            BackOff next = BackOff.next(memory.restarts.get(name), end, services.now());
            memory.restarts.put(name, next);
        }
        memory.startedWith.put(name, Resizes.resources(start.container()));
        ImageLook look = memory.images.get(name);
        String image = look instanceof ImageLook.Present(String id) ? id : "";
        ContainerStarter.Job job =
                new ContainerStarter.Job(
                        addressed(),
                        start.container(),
                        image,
                        start.restarts(),
                        target(start.container()),
                        Objects.requireNonNull(runtime.sandbox()),
                        memory.volumes);
        launch(
                start,
                () -> {
                    Failure failure = starter.start(job);
                    return () -> {
                        memory.images.remove(name);
                        if (failure == null) {
                            memory.failures.remove(name);
                        } else {
                            memory.failures.put(name, failure);
                        }
                    };
                });
    }

    private String target(JsonObject container) {
        PodRuntime.Known target = runtime.latest(container.string("targetContainerName"));
        return target == null ? "" : target.id();
    }

    private KubeObject addressed() {
        return services.withAddresses(pod, PodServices.addresses(runtime.sandbox()));
    }

    private void hold(Action.Hold hold) {
        memory.failures.put(hold.container().string("name"), hold.failure());
        boolean crash = hold.failure().reason().equals("CrashLoopBackOff");
        String message =
                crash
                        ? "Back-off restarting failed container "
                                + hold.container().string("name")
                                + " in pod "
                                + ContainerReports.podText(pod)
                        : "Back-off pulling image \"" + hold.container().string("image") + "\"";
        services.events().warning(pod, hold.container(), "BackOff", message);
        if (!crash) {
            services.events()
                    .warning(pod, hold.container(), "Failed", "Error: " + hold.failure().reason());
        }
    }

    private void end(Action action) {
        if (isGone || leaves) {
            isDone = true;
            finish();
            return;
        }
        writer.write(pod, PodStatusReport.of(view(), services.config().address()));
        launch(
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
