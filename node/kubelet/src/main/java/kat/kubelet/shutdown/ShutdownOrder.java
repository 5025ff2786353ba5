package kat.kubelet.shutdown;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.kubelet.settings.ShutdownSettings.Period;

/// Which pods end together when the machine goes down; pure.
///
/// | the pod's priority                | ends with                     |
/// |-----------------------------------|-------------------------------|
/// | below the lowest of the periods   | those of the lowest           |
/// | of a period, up to before the next | those of that period          |
/// | above the highest                 | those of the highest          |
///
/// **Source:** `groupByPriority` in `pkg/kubelet/nodeshutdown/nodeshutdown_manager.go`.
public final class ShutdownOrder {

    private ShutdownOrder() {}

    /// Pods that end together.
    ///
    /// @param seconds for all of them together
    /// @param pods perhaps none
    public record Turn(long seconds, List<KubeObject> pods) {
        public Turn {
            pods = List.copyOf(pods);
        }
    }

    /// @param periods by rising priority
    /// @return a turn a period, in the same order; those without pods are left out
    public static List<Turn> of(List<Period> periods, List<KubeObject> pods) {
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i < periods.size(); i++) {
            int index = i;
            List<KubeObject> its =
                    pods.stream().filter(pod -> indexOf(periods, pod) == index).toList();
            if (!its.isEmpty()) {
                turns.add(new Turn(periods.get(i).seconds(), its));
            }
        }
        return List.copyOf(turns);
    }

    private static int indexOf(List<Period> periods, KubeObject pod) {
        long priority = pod.spec().integer("priority", 0);
        int found = 0;
        for (int i = 0; i < periods.size(); i++) {
            if (periods.get(i).priority() <= priority) {
                found = i;
            }
        }
        return found;
    }
}
