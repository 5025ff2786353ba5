package kat.kubelet;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What a pod's worker remembers between two decisions and neither the API nor the runtime knows.
///
/// @param busy names of activities under way, such as `start web`
/// @param images by container: what the last look for its image gave
/// @param failures by container: why it could not be started
/// @param restarts by container: the delay before it is started again
/// @param volumesReady whether all volumes are in place
/// @param volumesRetry when to try them again; null for now
/// @param sandboxRetry when to try a sandbox again; null for now
/// @param started ids of containers whose start-up probe, if any, has succeeded
/// @param ready ids of containers whose readiness probe, if any, succeeds
/// @param unhealthy by container id: why it must be restarted
/// @param resources by container id: what a running container was given
/// @param isCleanedUp whether what the node kept of an ended pod is gone
/// @param usesDevices whether devices are ready for the pod, or are being made so
/// @param ending why the node ends the pod; null when it does not
/// @param resize what becomes of a change of resources
record PodMemory(
        Set<String> busy,
        Map<String, ImageLook> images,
        Map<String, Failure> failures,
        Map<String, BackOff> restarts,
        boolean volumesReady,
        @Nullable Instant volumesRetry,
        @Nullable Instant sandboxRetry,
        Set<String> started,
        Set<String> ready,
        Map<String, Sick> unhealthy,
        Map<String, JsonObject> resources,
        boolean isCleanedUp,
        boolean usesDevices,
        @Nullable Ending ending,
        Resizes.State resize) {

    /// What became of the look for an image.
    sealed interface ImageLook {
        /// @param image what to make containers from
        record Present(String image) implements ImageLook {}

        /// @param at when it failed
        /// @param failure what a container's status says of it
        /// @param backOff until it is tried again
        /// @param asked whether a registry was asked; whoever may not ask backs off from nobody
        record Absent(Instant at, Failure failure, BackOff backOff, boolean asked)
                implements ImageLook {

            /// For the message while backing off.
            String cause() {
                return failure.reason() + ": " + failure.message();
            }
        }
    }

    /// Why a running container must be started anew.
    ///
    /// @param grace given by the probe that failed; null for the pod's own
    record Sick(String reason, @Nullable Duration grace) {}

    /// Why a container waits.
    ///
    /// @param retry when to try again; null when something else decides
    record Failure(String reason, String message, @Nullable Instant retry) {}

    PodMemory {
        resources = Map.copyOf(resources);
        busy = Set.copyOf(busy);
        images = Map.copyOf(images);
        failures = Map.copyOf(failures);
        restarts = Map.copyOf(restarts);
        started = Set.copyOf(started);
        ready = Set.copyOf(ready);
        unhealthy = Map.copyOf(unhealthy);
    }

    static final PodMemory EMPTY =
            new PodMemory(
                    Set.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    false,
                    null,
                    null,
                    Set.of(),
                    Set.of(),
                    Map.of(),
                    Map.of(),
                    false,
                    false,
                    null,
                    Resizes.State.NONE);

    boolean isBusyWith(String prefix) {
        return busy.stream().anyMatch(each -> each.startsWith(prefix));
    }
}
