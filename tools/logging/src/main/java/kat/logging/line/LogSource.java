package kat.logging.line;

import java.util.Collections;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Where lines come from: one run of one container, as long as the labels of its pod stay the
/// same.
///
/// @param uid of the pod; pods of one name are told apart by it
/// @param restart how often the container was started before
/// @param node where the pod ran
/// @param labels of the pod when the line was taken in, sorted; empty when the pod was not
///     known
public record LogSource(
        String namespace,
        String pod,
        String uid,
        String container,
        int restart,
        String node,
        SequencedMap<String, String> labels) {

    public LogSource {
        labels = Collections.unmodifiableSequencedMap(new TreeMap<>(labels));
    }

    public LogSource withLabels(Map<String, String> other) {
        return new LogSource(namespace, pod, uid, container, restart, node, new TreeMap<>(other));
    }

    /// Whether both are one container, whatever labels its pod had.
    public boolean isSameContainer(LogSource other) {
        return uid.equals(other.uid)
                && container.equals(other.container)
                && restart == other.restart
                && pod.equals(other.pod)
                && namespace.equals(other.namespace);
    }
}
