package kat.scheduler;

import java.util.SequencedSet;

/// A pod in the queue.
///
/// @param pod as last seen
/// @param attempts how often it was tried
/// @param order of its arrival, for pods of the same priority
/// @param sinceNanos when it was first ready to be tried, on the ticker's scale
/// @param triedAtNanos when it was last tried, on the ticker's scale
/// @param turnedAwayBy plug-ins that turned nodes away the last time
record QueuedPod(
        PodInfo pod,
        int attempts,
        long order,
        long sinceNanos,
        long triedAtNanos,
        SequencedSet<String> turnedAwayBy) {

    QueuedPod seen(PodInfo newer) {
        return new QueuedPod(newer, attempts, order, sinceNanos, triedAtNanos, turnedAwayBy);
    }

    QueuedPod tried(long nowNanos, SequencedSet<String> by) {
        return new QueuedPod(pod, attempts + 1, order, sinceNanos, nowNanos, by);
    }
}
