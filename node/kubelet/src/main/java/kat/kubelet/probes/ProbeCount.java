package kat.kubelet.probes;

import kat.api.json.JsonObject;

/// Counts equal results of a probe in a row and tells when there are enough of them.
///
/// @param success the latest result
/// @param inRow how many equal ones came last; 0 before the first
///
/// **Source:** `pkg/kubelet/prober/worker.go`.
public record ProbeCount(boolean success, int inRow) {

    private static final long FAILURE_THRESHOLD = 3;

    public static final ProbeCount NONE = new ProbeCount(false, 0);

    public ProbeCount next(boolean result) {
        return new ProbeCount(result, inRow > 0 && result == success ? inRow + 1 : 1);
    }

    /// Whether the latest result now counts.
    ///
    /// @param probe its specification, with the thresholds
    public boolean isDecisive(JsonObject probe) {
        long needed =
                success
                        ? probe.integer("successThreshold", 1)
                        : probe.integer("failureThreshold", FAILURE_THRESHOLD);
        return inRow >= needed;
    }
}
