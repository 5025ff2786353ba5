package kat.kubelet;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import kat.kubelet.PodMemory.Failure;
import kat.kubelet.PodMemory.ImageLook;
import kat.kubelet.PodMemory.Sick;
import org.jspecify.annotations.Nullable;

/// The changing form of [PodMemory].
///
/// **Threads:** that of one pod's worker.
final class WorkerMemory {

    final Set<String> busy = new HashSet<>();
    final Map<String, ImageLook> images = new HashMap<>();
    final Map<String, Failure> failures = new HashMap<>();
    final Map<String, BackOff> restarts = new HashMap<>();
    final Set<String> started = new HashSet<>();
    final Set<String> ready = new HashSet<>();
    final Map<String, Sick> unhealthy = new HashMap<>();
    Map<String, Path> volumes = Map.of();
    boolean volumesReady;

    /// Counts the changes of what volumes are made of: one that comes while they are prepared is
    /// not lost.
    int volumesWanted;

    boolean isCleanedUp;
    @Nullable Instant volumesRetry;
    @Nullable Instant sandboxRetry;
    @Nullable Instant tokenRefresh;
    int volumeFailures;
    int sandboxFailures;

    void renewVolumes() {
        volumesWanted++;
        volumesReady = false;
        volumesRetry = null;
    }

    PodMemory snapshot() {
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
                isCleanedUp);
    }
}
