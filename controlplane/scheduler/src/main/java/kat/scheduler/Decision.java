package kat.scheduler;

import java.util.List;
import java.util.SequencedSet;

/// What was decided about a pod.
public sealed interface Decision {

    record Bind(String node) implements Decision {}

    /// @param message as the pod's condition and event show it
    /// @param turnedAwayBy names of the plug-ins that turned nodes away
    record NoNode(String message, SequencedSet<String> turnedAwayBy) implements Decision {}

    /// Somebody else holds the pod back on purpose.
    ///
    /// @param gates that are still closed
    record Gated(List<String> gates) implements Decision {
        public Gated {
            gates = List.copyOf(gates);
        }
    }
}
