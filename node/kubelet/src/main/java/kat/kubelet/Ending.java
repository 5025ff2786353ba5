package kat.kubelet;

import java.time.Duration;
import kat.kubelet.admission.Refusal;

/// Why the node ends a pod, or never began with it.
///
/// @param reason of the pod's status, such as `Evicted`
/// @param message of the pod's status
/// @param refused whether it was never begun
/// @param disrupts whether others shall know that it was no fault of the pod
/// @param grace for its containers
record Ending(String reason, String message, boolean refused, boolean disrupts, Duration grace) {

    /// **Source:** `pkg/kubelet/nodeshutdown/nodeshutdown_manager.go`.
    static Ending shutdown(Duration grace) {
        String message = "Pod was terminated in response to imminent node shutdown.";
        return new Ending("Terminated", message, false, true, grace);
    }

    static Ending refused(Refusal refusal) {
        return new Ending(refusal.reason(), refusal.statusMessage(), true, false, Duration.ZERO);
    }
}
