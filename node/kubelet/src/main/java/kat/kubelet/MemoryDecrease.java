package kat.kubelet;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Whether containers that are to have less memory use more than that already: the kernel would
/// end them.
///
/// **Source:** `validateMemoryResizeAction` in
/// `pkg/kubelet/kuberuntime/kuberuntime_manager.go`.
final class MemoryDecrease {

    private MemoryDecrease() {}

    /// What is to be limited.
    ///
    /// @param what as messages name it: `pod`, or `container "NAME"`
    /// @param before bytes; 0 for no limit
    /// @param after bytes; 0 for no limit
    /// @param usage bytes; empty when nobody tells
    record Limited(String what, long before, long after, OptionalLong usage) {

        boolean isLess() {
            return MemoryDecrease.isLess(before, after);
        }

        private String refusal() {
            if (usage.isEmpty()) {
                return "missing " + what + " memory usage";
            }
            return usage.getAsLong() >= after
                    ? "attempting to set "
                            + what
                            + " memory limit ("
                            + after
                            + ") below current usage ("
                            + usage.getAsLong()
                            + ")"
                    : "";
        }
    }

    /// Whether the second limit leaves less than the first.
    ///
    /// @param before bytes; 0 for no limit
    /// @param after bytes; 0 for no limit
    static boolean isLess(long before, long after) {
        return after > 0 && (before <= 0 || after < before);
    }

    /// @return why the memory cannot be taken away; empty when it can
    static String refusal(List<Limited> all) {
        List<String> refusals = new ArrayList<>();
        for (Limited each : all) {
            if (each.isLess() && !each.refusal().isEmpty()) {
                refusals.add(each.refusal());
            }
        }
        if (refusals.isEmpty()) {
            return "";
        }
        String why =
                refusals.size() == 1
                        ? refusals.getFirst()
                        : "[" + String.join(", ", refusals) + "]";
        return "cannot decrease memory limits: " + why;
    }
}
