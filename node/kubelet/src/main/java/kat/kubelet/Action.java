package kat.kubelet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// One thing that a pod's worker is to do next.
sealed interface Action {

    /// Names the activity; of one name there is at most one at a time.
    default String activity() {
        return switch (this) {
            case PrepareVolumes _ -> "volumes";
            case CreateSandbox _ -> "sandbox";
            case FindImage(ImageWish wish) -> "image " + wish.key();
            case StartContainer(JsonObject container, _) -> "start " + container.string("name");
            case KillContainer kill ->
                    "kill " + kill.container().id() + " " + kill.grace().toSeconds();
            case Reset _ -> "reset";
            case Resize _ -> "resize";
            case StopSandbox(String id) -> "stop " + id;
            case ReturnDevices _ -> "devices";
            case CleanUp _ -> "clean up";
            case DeletePod _ -> "delete";
            case Hold hold -> "hold " + hold.container().string("name");
            case WakeAt _ -> "wake";
        };
    }

    record PrepareVolumes() implements Action {}

    record CreateSandbox(int attempt) implements Action {}

    record FindImage(ImageWish wish) implements Action {}

    record StartContainer(JsonObject container, int restarts) implements Action {}

    /// @param reason what the event says
    /// @param after ids of containers that have to end before this one is told to stop; its
    ///     hook does not wait for them
    record KillContainer(
            PodRuntime.Known container, String reason, Duration grace, List<String> after)
            implements Action {

        public KillContainer {
            after = List.copyOf(after);
        }

        KillContainer(PodRuntime.Known container, String reason, Duration grace) {
            this(container, reason, grace, List.of());
        }
    }

    /// Take away all containers of the pod, so that it begins anew in its sandbox.
    ///
    /// @param containers in this order
    record Reset(List<PodRuntime.Known> containers) implements Action {
        public Reset {
            containers = List.copyOf(containers);
        }
    }

    /// Give running containers, and the pod as a whole, other resources.
    ///
    /// @param whole what the pod as a whole will have
    record Resize(List<Resizes.Resize> resizes, Resizes.Whole whole) implements Action {
        public Resize {
            resizes = List.copyOf(resizes);
        }
    }

    record StopSandbox(String id) implements Action {}

    /// Have drivers take back what the pod claimed.
    record ReturnDevices() implements Action {}

    /// Unmount volumes and remove the control group.
    record CleanUp() implements Action {}

    /// Tell the API that nothing of the pod is left.
    record DeletePod() implements Action {}

    /// Say why a container is not started yet.
    ///
    /// @param wish the image that it waits for; null when it waits for something else
    record Hold(JsonObject container, PodMemory.Failure failure, @Nullable ImageWish wish)
            implements Action {}

    /// Decide again at this time.
    record WakeAt(Instant time) implements Action {}
}
