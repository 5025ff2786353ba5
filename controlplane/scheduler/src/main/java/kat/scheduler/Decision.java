package kat.scheduler;

import java.util.List;
import java.util.SequencedSet;
import kat.api.KubeObject;

/// What was decided about a pod.
public sealed interface Decision {

    /// @param reservations what is to be written first
    record Bind(String node, Reservations reservations) implements Decision {
        public Bind(String node) {
            this(node, Reservations.NONE);
        }
    }

    /// @param message as the pod's condition and event show it
    /// @param turnedAwayBy names of the plug-ins that turned nodes away
    /// @param released claims that are to give their devices back
    /// @param keepsNomination whether room that is being made for the pod stays its own
    record NoNode(
            String message,
            SequencedSet<String> turnedAwayBy,
            List<KubeObject> released,
            boolean keepsNomination)
            implements Decision {
        public NoNode {
            released = List.copyOf(released);
        }

        public NoNode(String message, SequencedSet<String> turnedAwayBy) {
            this(message, turnedAwayBy, List.of(), false);
        }
    }

    /// Nobody can tell: it is tried again after a while.
    record Failed(String message) implements Decision {}

    /// Something that the pod needs is not there yet.
    ///
    /// @param by names of the plug-ins that hold it back
    record Held(SequencedSet<String> by) implements Decision {}

    /// No node has room, but one would have without some pods that matter less.
    ///
    /// @param victims that must go
    /// @param released claims that are to give their devices back
    record Preempt(
            String node,
            List<PodInfo> victims,
            String message,
            SequencedSet<String> turnedAwayBy,
            List<KubeObject> released)
            implements Decision {
        public Preempt {
            victims = List.copyOf(victims);
            released = List.copyOf(released);
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
