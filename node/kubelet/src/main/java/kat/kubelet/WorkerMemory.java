package kat.kubelet;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.kubelet.PodMemory.Failure;
import kat.kubelet.PodMemory.ImageLook;
import kat.kubelet.PodMemory.Sick;
import kat.kubelet.admission.PodResizes;
import org.jspecify.annotations.Nullable;

/// The changing form of [PodMemory].
///
/// **Threads:** that of one pod's worker.
final class WorkerMemory {

    final Set<String> busy = new HashSet<>();

    /// Those of `busy` that have failed and wait until they are tried again.
    final Set<String> resting = new HashSet<>();

    /// How many activities have failed since one succeeded.
    int troubles;

    final Map<String, ImageLook> images = new HashMap<>();
    final Map<String, Failure> failures = new HashMap<>();
    final Map<String, BackOff> restarts = new HashMap<>();
    final Set<String> started = new HashSet<>();
    final Set<String> ready = new HashSet<>();
    final Map<String, Sick> unhealthy = new HashMap<>();
    final Map<String, JsonObject> resources = new HashMap<>();

    /// By container: what it was last started with.
    final Map<String, JsonObject> startedWith = new HashMap<>();

    Map<String, Path> volumes = Map.of();
    boolean volumesReady;

    /// Counts the changes of what volumes are made of: one that comes while they are prepared is
    /// not lost.
    int volumesWanted;

    boolean isCleanedUp;
    @Nullable Ending ending;
    Resizes.State resize = Resizes.State.NONE;

    /// The generation whose resources were last judged.
    long resizeSeen;

    @Nullable Instant volumesRetry;
    @Nullable Instant sandboxRetry;
    @Nullable Instant tokenRefresh;
    int volumeFailures;
    int sandboxFailures;

    void endRest(String activity) {
        if (resting.remove(activity)) {
            busy.remove(activity);
        }
    }

    /// What has failed may be tried at once: the pod is to go.
    void endRests() {
        busy.removeAll(resting);
        resting.clear();
    }

    void renewVolumes() {
        volumesWanted++;
        volumesReady = false;
        volumesRetry = null;
    }

    /// Notes what containers that were not seen before have been given: what the API was told of
    /// them, else what they were started with.
    void noteResources(KubeObject pod, PodRuntime runtime) {
        Set<String> present = new HashSet<>();
        for (PodRuntime.Known known : runtime.running()) {
            present.add(known.id());
            resources.computeIfAbsent(known.id(), _ -> given(pod, known));
        }
        resources.keySet().retainAll(present);
        if (runtime.sandbox() == null) {
            resize = resize.withWhole(null);
        } else if (resize.whole() == null) {
            resize = resize.withWhole(Resizes.Whole.of(PodResizes.asGiven(pod)));
        }
    }

    private JsonObject given(KubeObject pod, PodRuntime.Known known) {
        JsonObject before = ContainerReports.before(pod, known.name());
        if (before.has("resources")
                && before.string("containerID").equals(ContainerReports.idText(known.id()))) {
            JsonObject ofPod = PodResizes.asGiven(pod).spec().object("resources");
            return Resizes.effective(ofPod, before.object("resources"));
        }
        JsonObject started = startedWith.get(known.name());
        return started == null
                ? Resizes.effective(pod, ContainerStopper.specification(pod, known.name()))
                : started;
    }

    void resized(List<Resizes.Resize> resizes, Resizes.Whole whole) {
        for (Resizes.Resize each : resizes) {
            resources.put(each.known().id(), each.desired());
        }
        resize = resize.withFailure("").withWhole(whole);
    }

    /// @param usesDevices whether devices are ready for the pod, or are being made so
    PodMemory snapshot(boolean usesDevices) {
        return new PodMemory(
                busy,
                images,
                failures,
                restarts,
                volumesReady,
                volumesRetry,
                sandboxRetry,
                started,
                ready,
                unhealthy,
                resources,
                isCleanedUp,
                usesDevices,
                ending,
                resize);
    }
}
