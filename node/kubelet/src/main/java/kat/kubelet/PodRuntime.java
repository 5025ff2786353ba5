package kat.kubelet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kat.cri.ContainerState;
import kat.cri.ContainerStatus;
import kat.cri.PodSandboxState;
import kat.cri.PodSandboxStatus;
import kat.kubelet.spec.Labels;
import org.jspecify.annotations.Nullable;

/// What the runtime holds of one pod.
///
/// @param sandboxes newest first
/// @param containers newest first
record PodRuntime(List<PodSandboxStatus> sandboxes, List<Known> containers) {

    static final PodRuntime NONE = new PodRuntime(List.of(), List.of());

    /// One container and the sandbox that it lives in.
    record Known(String sandboxId, ContainerStatus status) {

        String id() {
            return status.id();
        }

        String name() {
            return status.metadata().name();
        }

        boolean isRunning() {
            return status.state() == ContainerState.RUNNING;
        }

        boolean hasExited() {
            return status.state() == ContainerState.EXITED;
        }

        boolean hasSucceeded() {
            return hasExited() && status.exitCode() == 0;
        }

        int restarts() {
            String text = status.annotations().getOrDefault(Labels.RESTARTS, "0");
            return Integer.parseInt(text);
        }
    }

    PodRuntime {
        List<PodSandboxStatus> sortedSandboxes = new ArrayList<>(sandboxes);
        sortedSandboxes.sort(
                Comparator.comparing(PodSandboxStatus::createdAt)
                        .thenComparing(sandbox -> sandbox.metadata().attempt())
                        .reversed());
        List<Known> sortedContainers = new ArrayList<>(containers);
        sortedContainers.sort(
                Comparator.comparing((Known known) -> known.status().createdAt())
                        .thenComparing(known -> known.status().metadata().attempt())
                        .reversed());
        sandboxes = List.copyOf(sortedSandboxes);
        containers = List.copyOf(sortedContainers);
    }

    /// The newest sandbox if it is ready; null when there is none.
    @Nullable PodSandboxStatus sandbox() {
        return sandboxes.isEmpty() || sandboxes.getFirst().state() != PodSandboxState.READY
                ? null
                : sandboxes.getFirst();
    }

    /// The attempt of the next sandbox.
    int nextAttempt() {
        return sandboxes.isEmpty() ? 0 : sandboxes.getFirst().metadata().attempt() + 1;
    }

    /// The newest container of this name, in whatever sandbox; null when there is none.
    @Nullable Known latest(String name) {
        for (Known container : containers) {
            if (container.name().equals(name)) {
                return container;
            }
        }
        return null;
    }

    /// The container of this name before the newest; null when there is none.
    @Nullable Known previous(String name) {
        Known newest = null;
        for (Known container : containers) {
            if (container.name().equals(name)) {
                if (newest != null) {
                    return container;
                }
                newest = container;
            }
        }
        return null;
    }

    /// The newest container of this name in the present sandbox; null when there is none.
    @Nullable Known active(String name) {
        PodSandboxStatus sandbox = sandbox();
        Known newest = latest(name);
        return sandbox != null && newest != null && newest.sandboxId().equals(sandbox.id())
                ? newest
                : null;
    }

    List<Known> running() {
        return containers.stream().filter(Known::isRunning).toList();
    }
}
