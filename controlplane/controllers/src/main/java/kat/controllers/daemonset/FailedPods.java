package kat.controllers.daemonset;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// How long a pod of a DaemonSet that failed stays before another takes its place: the first
/// one on a node goes at once, each further one after twice the time.
///
/// | failed pod on a node | goes after the one before it went |
/// |---|---|
/// | first | at once |
/// | second | 1 s |
/// | third | 2 s |
/// | … | … up to 15 min |
///
/// A node where nothing was removed for half an hour begins anew. A restart forgets.
///
/// **Threads:** safe.
///
/// **Source:** `failedPodsBackoff` in kube-controller-manager `daemon/daemon_controller.go`;
/// client-go `util/flowcontrol/backoff.go`.
final class FailedPods {

    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Duration FORGOTTEN = LONGEST.multipliedBy(2);

    /// Most nodes of all sets that are remembered; beyond, the oldest begin anew.
    private static final int MOST = 100_000;

    private record Past(Instant removed, Duration delay) {}

    /// By set and node, the one that was removed last at the end; guarded by this.
    private final SequencedMap<String, Past> pasts = new LinkedHashMap<>();

    /// @param key a set, its generation and a node
    /// @return zero when a failed pod is to go now, which is remembered; else how long it stays
    synchronized Duration remove(String key, Instant now) {
        forget(now);
        Past past = pasts.get(key);
        if (past != null) {
            Duration left = Duration.between(now, past.removed().plus(past.delay()));
            if (left.isPositive()) {
                return left;
            }
        }
        pasts.putLast(key, new Past(now, next(past)));
        return Duration.ZERO;
    }

    private static Duration next(@Nullable Past past) {
        if (past == null) {
            return FIRST;
        }
        Duration twice = past.delay().multipliedBy(2);
        return twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }

    private void forget(Instant now) {
        Iterator<Past> oldest = pasts.values().iterator();
        while (oldest.hasNext()) {
            boolean over = oldest.next().removed().plus(FORGOTTEN).isBefore(now);
            if (!over && pasts.size() < MOST) {
                return;
            }
            oldest.remove();
        }
    }
}
