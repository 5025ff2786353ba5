package kat.scheduler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/// The pods that wait for a node, each in one of three places:
///
/// | place | goes on when |
/// |---|---|
/// | active | it is its turn: higher priority first, then the older |
/// | back-off | its time is over |
/// | unschedulable | something happens that may help it, or after five minutes |
///
/// A pure state machine: time comes in as a parameter, and [#nextDue] says when to look again.
///
/// **Threads:** one owner.
///
/// **Source:** kube-scheduler `backend/queue`.
final class SchedulingQueue {

    static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
    static final Duration LONGEST_UNSCHEDULABLE = Duration.ofMinutes(5);
    private static final int MOST_DOUBLINGS = 4;

    private static final Comparator<QueuedPod> TURN =
            Comparator.<QueuedPod>comparingLong(queued -> -queued.pod().priority())
                    .thenComparingLong(QueuedPod::order);

    private final NavigableSet<QueuedPod> active = new TreeSet<>(TURN);
    private final Map<ObjectKey, QueuedPod> activeByKey = new HashMap<>();
    private final Map<ObjectKey, QueuedPod> backingOff = new LinkedHashMap<>();
    private final Map<ObjectKey, QueuedPod> unschedulable = new LinkedHashMap<>();
    private long arrivals;

    /// Adds a new pod, or a newer version of one that waits; a changed pod gets another chance.
    void addOrUpdate(PodInfo pod, long nowNanos) {
        QueuedPod known = remove(pod.key());
        boolean samePod = known != null && known.pod().uid().equals(pod.uid());
        activate(
                known != null && samePod
                        ? known.seen(pod)
                        : new QueuedPod(pod, 0, arrivals++, nowNanos, 0, new LinkedHashSet<>()));
    }

    /// Takes in a newer version that changes nothing about where the pod can go.
    void refresh(PodInfo pod) {
        for (Map<ObjectKey, QueuedPod> place : List.of(backingOff, unschedulable)) {
            place.computeIfPresent(pod.key(), (_, queued) -> queued.seen(pod));
        }
        QueuedPod waiting = activeByKey.get(pod.key());
        if (waiting != null) {
            active.remove(waiting);
            activate(waiting.seen(pod));
        }
    }

    boolean contains(ObjectKey key) {
        return activeByKey.containsKey(key)
                || backingOff.containsKey(key)
                || unschedulable.containsKey(key);
    }

    /// Takes a pod out, wherever it is; null when it is nowhere.
    @Nullable QueuedPod remove(ObjectKey key) {
        QueuedPod waiting = activeByKey.remove(key);
        if (waiting != null) {
            active.remove(waiting);
            return waiting;
        }
        QueuedPod backing = backingOff.remove(key);
        return backing != null ? backing : unschedulable.remove(key);
    }

    /// The pod whose turn it is, taken out; null when none is active.
    @Nullable QueuedPod poll() {
        QueuedPod first = active.pollFirst();
        if (first != null) {
            activeByKey.remove(first.pod().key());
        }
        return first;
    }

    /// Puts back a pod that found no node.
    void park(QueuedPod queued, long nowNanos, SequencedSet<String> turnedAwayBy) {
        unschedulable.put(queued.pod().key(), queued.tried(nowNanos, turnedAwayBy));
    }

    /// Puts back a pod that has a node and waits for something else; it is tried again at once when
    /// that happens.
    void await(QueuedPod queued, long nowNanos, String forWhat) {
        QueuedPod waiting =
                new QueuedPod(
                        queued.pod(),
                        queued.attempts(),
                        queued.order(),
                        queued.sinceNanos(),
                        nowNanos - LONGEST_BACKOFF.toNanos(),
                        new LinkedHashSet<>(List.of(forWhat)));
        unschedulable.put(queued.pod().key(), waiting);
    }

    /// Puts back a pod whose assignment failed for a reason that may pass.
    void retry(QueuedPod queued, long nowNanos) {
        QueuedPod tried = queued.tried(nowNanos, new LinkedHashSet<>());
        backingOff.put(queued.pod().key(), tried);
    }

    /// Gives those a new chance that an event may help.
    void happened(ClusterEvent event, long nowNanos, BiPredicate<ClusterEvent, QueuedPod> mayHelp) {
        for (QueuedPod queued : new ArrayList<>(unschedulable.values())) {
            if (mayHelp.test(event, queued)) {
                wake(queued, nowNanos);
            }
        }
    }

    private void wake(QueuedPod queued, long nowNanos) {
        unschedulable.remove(queued.pod().key());
        if (backoffEnd(queued) - nowNanos <= 0) {
            activate(queued);
        } else {
            backingOff.put(queued.pod().key(), queued);
        }
    }

    /// Moves those on whose time is over.
    void advance(long nowNanos) {
        for (QueuedPod queued : new ArrayList<>(backingOff.values())) {
            if (backoffEnd(queued) - nowNanos <= 0) {
                backingOff.remove(queued.pod().key());
                activate(queued);
            }
        }
        for (QueuedPod queued : new ArrayList<>(unschedulable.values())) {
            if (queued.triedAtNanos() + LONGEST_UNSCHEDULABLE.toNanos() - nowNanos <= 0) {
                wake(queued, nowNanos);
            }
        }
    }

    /// When [#advance] has something to do next, on the ticker's scale; null when nothing waits.
    @Nullable Long nextDue() {
        Long next = null;
        for (QueuedPod queued : backingOff.values()) {
            next = earlier(next, backoffEnd(queued));
        }
        for (QueuedPod queued : unschedulable.values()) {
            next = earlier(next, queued.triedAtNanos() + LONGEST_UNSCHEDULABLE.toNanos());
        }
        return next;
    }

    int backingOffCount() {
        return backingOff.size();
    }

    int unschedulableCount() {
        return unschedulable.size();
    }

    int activeCount() {
        return active.size();
    }

    private static Long earlier(@Nullable Long known, long candidate) {
        return known == null || candidate - known < 0 ? candidate : known;
    }

    private static long backoffEnd(QueuedPod queued) {
        int doublings = Math.min(Math.max(0, queued.attempts() - 1), MOST_DOUBLINGS);
        long backoff = FIRST_BACKOFF.toNanos() << doublings;
        return queued.triedAtNanos() + Math.min(backoff, LONGEST_BACKOFF.toNanos());
    }

    private void activate(QueuedPod queued) {
        active.add(queued);
        activeByKey.put(queued.pod().key(), queued);
    }
}
