package kat.scheduler;

import java.util.List;
import java.util.SequencedSet;

/// What was decided about a pod.
public sealed interface Decision {

    record Bind(String node) implements Decision {}

    /// @param message as the pod's condition and event show it
    /// @param turnedAwayBy names of the plug-ins that turned nodes away
    record NoNode(String message, SequencedSet<String> turnedAwayBy) implements Decision {}

    /// No node has room, but one would have without some pods that matter less.
    ///
    /// @param victims that must go
    record Preempt(
            String node, List<PodInfo> victims, String message, SequencedSet<String> turnedAwayBy)
            implements Decision {
        public Preempt {
            victims = List.copyOf(victims);
        }
    }

    /// Somebody else holds the pod back on purpose.
    ///
    /// @param gates that are still closed
    record Gated(List<String> gates) implements Decision {
        public Gated {
            gates = List.copyOf(gates);
        }
    }
}
