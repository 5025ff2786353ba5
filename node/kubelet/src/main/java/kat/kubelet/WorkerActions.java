package kat.kubelet;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.cri.ContainerRuntimeException;
import kat.kubelet.PodMemory.Failure;
import kat.kubelet.PodMemory.ImageLook;
import kat.kubelet.volumes.PodVolumes;
import kat.kubelet.volumes.VolumeFault;
import org.jspecify.annotations.Nullable;

/// Does a worker's actions, each on a thread of its own; the outcome comes back as a message to
/// the worker, so that its memory has one writer.
///
/// **Threads:** that of the pod's worker.
final class WorkerActions {

    private static final Logger LOG = System.getLogger("kat.kubelet");
    private static final Duration TROUBLE_RETRY = PodWorker.TROUBLE_RETRY;
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);
    private static final int MOST_DOUBLINGS = 4;

    private final PodServices services;
    private final PodActivities activities;
    private final ContainerStarter starter;
    private final Turns turns;
    private final ContainerStopper stopper;
    private final WorkerMemory memory;
    private final Worker worker;

    /// The worker as its actions see it.
    interface Worker {

        /// With the resources that it was promised.
        KubeObject pod();

        PodRuntime runtime();

        /// Runs this on the worker's thread, then decides again.
        void tell(Runnable message);

        /// Reads the runtime anew before the next decision; on the worker's thread.
        void look();

        void wakeAt(Instant time);

        /// Nothing of the pod is left on the node.
        void end(Action action);

        /// What the node kept for the pod is free.
        void freed();
    }

    WorkerActions(PodServices services, Hooks hooks, WorkerMemory memory, Worker worker) {
        this.services = services;
        this.activities = new PodActivities(services);
        this.starter = new ContainerStarter(services, hooks);
        this.turns = new Turns(services.ticker());
        this.stopper = new ContainerStopper(services, hooks, turns);
        this.memory = memory;
        this.worker = worker;
    }

    /// What the runtime holds now, before anything else is done.
    void seen(PodRuntime runtime) {
        turns.keepOnly(runtime.running().stream().map(PodRuntime.Known::id).toList());
    }

    void act(Action action) {
        switch (action) {
            case Action.PrepareVolumes _ -> {
                int wanted = memory.volumesWanted;
                launch(action, () -> prepareVolumes(wanted));
            }
            case Action.CreateSandbox(int attempt) -> launch(action, () -> createSandbox(attempt));
            case Action.FindImage(ImageWish wish) -> launchFind(action, wish);
            case Action.StartContainer start -> launchStart(start);
            case Action.KillContainer kill -> {
                KubeObject addressed = addressed();
                String id = kill.container().id();
                turns.begin(id);
                launch(
                        action,
                        () -> {
                            stopper.stop(addressed, kill);
                            turns.ended(id);
                            return () -> memory.unhealthy.remove(id);
                        });
            }
            case Action.Resize resize -> resize(resize);
            case Action.Reset reset -> reset(reset);
            case Action.StopSandbox(String id) ->
                    launch(
                            action,
                            () -> {
                                services.runtime().stopPodSandbox(id);
                                return () -> {};
                            });
            case Action.ReturnDevices _ ->
                    launch(
                            action,
                            () -> {
                                services.devices().unprepare(worker.pod());
                                return () -> {};
                            });
            case Action.CleanUp _ ->
                    launch(
                            action,
                            () -> {
                                activities.cleanUp(worker.pod());
                                return () -> {
                                    memory.isCleanedUp = true;
                                    worker.freed();
                                };
                            });
            case Action.DeletePod _ -> worker.end(action);
            case Action.Hold hold -> hold(hold);
            case Action.WakeAt(Instant time) -> worker.wakeAt(time);
        }
    }

    private void resize(Action.Resize resize) {
        KubeObject asked = worker.pod();
        Resizes.Whole before = memory.resize.whole();
        launch(
                resize,
                () -> {
                    try {
                        activities.resize(asked, resize, before);
                    } catch (IOException | ContainerRuntimeException e) {
                        String why =
                                e instanceof ContainerRuntimeException refused
                                        ? refused.rpcError()
                                        : String.valueOf(e.getMessage());
                        worker.tell(() -> resizeFailed(asked, why));
                        throw e;
                    }
                    return () -> memory.resized(resize.resizes(), resize.whole());
                });
    }

    private void resizeFailed(KubeObject pod, String why) {
        if (!why.equals(memory.resize.failure())) {
            memory.resize = memory.resize.withFailure(why);
            long generation = memory.resize.generation();
            String summary = NodeAdmission.summary(pod, generation, why);
            services.events().warning(pod, "ResizeError", "Pod resize error: " + summary);
        }
    }

    private void reset(Action.Reset reset) {
        KubeObject pod = worker.pod();
        launch(
                reset,
                () -> {
                    for (PodRuntime.Known known : reset.containers()) {
                        if (known.isRunning()) {
                            JsonObject container =
                                    ContainerStopper.specification(pod, known.name());
                            services.events().normal(pod, container, "Killing", "killing");
                            services.runtime().stopContainer(known.id(), Duration.ZERO);
                        }
                        services.runtime().removeContainer(known.id());
                        services.reader().forget(known.id());
                    }
                    return () -> {};
                });
    }

    /// Work that ends with a change of the worker's memory, which it must not read before: what
    /// it needs of it is handed over when it is launched.
    interface Activity {
        Runnable run() throws InterruptedException, IOException, VolumeFault;
    }

    void launch(Action action, Activity activity) {
        String name = action.activity();
        memory.busy.add(name);
        Thread unused =
                Thread.ofVirtual()
                        .name("pod " + worker.pod().key() + " " + name)
                        .start(() -> perform(name, activity));
    }

    private void perform(String name, Activity activity) {
        @Nullable Runnable outcome;
        try {
            outcome = activity.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (IOException | VolumeFault | ContainerRuntimeException | StatusException e) {
            LOG.log(
                    Level.WARNING,
                    "activity failed pod={0} activity={1} error={2}",
                    worker.pod().key(),
                    name,
                    e.getMessage());
            outcome = null;
        } catch (RuntimeException e) {
            // A fault of ours. Without a message the pod would seem busy for ever.
            LOG.log(
                    Level.ERROR,
                    "activity broke pod=" + worker.pod().key() + " activity=" + name,
                    e);
            outcome = null;
        }
        Runnable after = outcome;
        worker.tell(
                () -> {
                    worker.look();
                    if (after == null) {
                        rest(name);
                    } else {
                        memory.busy.remove(name);
                        memory.troubles = 0;
                        after.run();
                    }
                });
    }

    /// What has failed counts as under way until it is time to try it again: the worker decides
    /// anew at once, and would begin it at once.
    private void rest(String name) {
        memory.resting.add(name);
        services.ticker()
                .scheduleAt(
                        retry(memory.troubles++), () -> worker.tell(() -> memory.endRest(name)));
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
            if (e.telling() == VolumeFault.Telling.NOT_YET) {
                return () -> memory.volumesRetry = services.now().plus(TROUBLE_RETRY.dividedBy(2));
            }
            services.events().warning(worker.pod(), e.reason(), String.valueOf(e.getMessage()));
            return () -> memory.volumesRetry = retry(memory.volumeFailures++);
        }
    }

    private Instant retry(int failures) {
        Duration delay =
                TROUBLE_RETRY.dividedBy(2).multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        return services.now().plus(delay.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : delay);
    }

    private Runnable createSandbox(int attempt) {
        KubeObject pod = worker.pod();
        try {
            services.devices().prepare(pod);
        } catch (IOException | StatusException e) {
            services.events()
                    .warning(
                            pod,
                            "FailedPrepareDynamicResources",
                            "Failed to prepare dynamic resources: " + e.getMessage());
            return () -> memory.sandboxRetry = retry(memory.sandboxFailures++);
        }
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
                memory.resize = memory.resize.withWhole(Resizes.Whole.of(pod));
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

    private void launchFind(Action action, ImageWish wish) {
        String name = wish.key();
        ImageLook before = memory.images.get(name);
        KubeObject looked = worker.pod();
        launch(
                action,
                () -> {
                    ImageLook result = services.images().look(looked, wish, before);
                    return () -> {
                        memory.images.put(name, result);
                        switch (result) {
                            case ImageLook.Present _ -> {
                                if (before instanceof ImageLook.Absent) {
                                    memory.failures.remove(name);
                                }
                            }
                            case ImageLook.Absent absent ->
                                    memory.failures.put(name, absent.failure());
                        }
                    };
                });
    }

    private void launchStart(Action.StartContainer start) {
        String name = start.container().string("name");
        PodRuntime.Known known = worker.runtime().latest(name);
        Instant end = known == null ? null : known.status().finishedAt();
        if (known != null && end != null) {
            BackOff next = BackOff.next(memory.restarts.get(name), end, services.now());
            memory.restarts.put(name, next);
        }
        memory.startedWith.put(name, Resizes.effective(worker.pod(), start.container()));
        ImageLook look = memory.images.get(name);
        String image = look instanceof ImageLook.Present(String id) ? id : "";
        ContainerStarter.Job job =
                new ContainerStarter.Job(
                        addressed(),
                        start.container(),
                        image,
                        start.restarts(),
                        target(start.container()),
                        Objects.requireNonNull(worker.runtime().sandbox()),
                        memory.volumes,
                        imageVolumes(start.container()));
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

    /// Ids of images by volume.
    private Map<String, String> imageVolumes(JsonObject container) {
        Map<String, String> ids = new HashMap<>();
        for (JsonObject mount : container.array("volumeMounts").objects()) {
            String volume = mount.string("name");
            ImageLook look = memory.images.get(ImageWish.volumeKey(volume));
            if (look instanceof ImageLook.Present(String id)) {
                ids.put(volume, id);
            }
        }
        return ids;
    }

    private String target(JsonObject container) {
        PodRuntime.Known target = worker.runtime().latest(container.string("targetContainerName"));
        return target == null ? "" : target.id();
    }

    private KubeObject addressed() {
        return services.withAddresses(
                worker.pod(), PodServices.addresses(worker.runtime().sandbox()));
    }

    private void hold(Action.Hold hold) {
        JsonObject container = hold.container();
        memory.failures.put(container.string("name"), hold.failure());
        ImageWish wish = hold.wish();
        if (wish == null) {
            String message =
                    "Back-off restarting failed container "
                            + container.string("name")
                            + " in pod "
                            + ContainerReports.podText(worker.pod());
            services.events().warning(worker.pod(), container, "BackOff", message);
            return;
        }
        if (hold.failure().reason().equals("ImagePullBackOff")) {
            String message = "Back-off pulling image \"" + wish.image() + "\"";
            services.events().about(worker.pod(), wish, "Normal", "BackOff", message);
        }
        services.events()
                .warning(worker.pod(), container, "Failed", "Error: " + hold.failure().reason());
    }
}
