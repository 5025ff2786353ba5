package kat.kubelet;

import java.time.Duration;
import java.time.Instant;
import kat.api.KubeObject;
import org.jspecify.annotations.Nullable;

/// How long a pod may be active on its node: `activeDeadlineSeconds` after its start time.
///
/// **Source:** `pkg/kubelet/active_deadline.go`.
final class ActiveDeadline {

    static final Ending ENDING =
            new Ending(
                    "DeadlineExceeded",
                    "Pod was active on the node longer than the specified deadline",
                    false,
                    false,
                    Duration.ZERO);

    private ActiveDeadline() {}

    /// When the pod's time is over; null when it has no limit or has not started.
    static @Nullable Instant of(KubeObject pod) {
        long seconds = pod.spec().integer("activeDeadlineSeconds", 0);
        String start = pod.status().string("startTime");
        return seconds <= 0 || start.isEmpty() ? null : Instant.parse(start).plusSeconds(seconds);
    }

    static boolean isOver(KubeObject pod, Instant now) {
        Instant deadline = of(pod);
        return deadline != null && !now.isBefore(deadline);
    }
}
