package kat.scheduler;

import java.util.ArrayList;
import java.util.List;

/// Pods that make room for another. Who only has a place reserved gives it back and waits for
/// another: it is not deleted, for nothing of it runs.
///
/// @param running what has to be deleted
/// @param sentBack what is in the queue again
record Victims(List<PodInfo> running, List<PodInfo> sentBack) {

    /// Takes the reserved places back.
    ///
    /// @param now nanos of the scheduler's ticker
    static Victims of(List<PodInfo> victims, NodeTable table, SchedulingQueue queue, long now) {
        List<PodInfo> running = new ArrayList<>();
        List<PodInfo> sentBack = new ArrayList<>();
        for (PodInfo victim : victims) {
            QueuedPod waiting = table.unreserve(victim.uid()) ? queue.remove(victim.key()) : null;
            if (waiting == null) {
                running.add(victim);
            } else {
                boolean unused = table.forgetNomination(victim.uid()); // it was expected there
                queue.retry(waiting, now);
                sentBack.add(waiting.pod());
            }
        }
        return new Victims(running, sentBack);
    }
}
