package kat.apiserver.fairness;

import java.util.ArrayDeque;
import java.util.Deque;

/// How long the refused requests of one level are told to wait: longer the more are refused.
///
/// | refused within as many seconds as they are told to wait | then |
/// |---|---|
/// | three for each second, and it was not raised within them | doubled, at most 32 s |
/// | fewer than one for each second | one second less, at least 1 s |
///
/// It is looked at once a second at most, when a request is refused.
///
/// **Source:** `apiserver/pkg/util/flowcontrol/dropped_requests_tracker.go`.
///
/// **Threads:** any.
final class Dropped {

    private static final int MOST_SECONDS = 32;
    private static final int MANY = 3;

    private final Deque<Refused> history = new ArrayDeque<>(); // guarded by this, as all below
    private long now;
    private long refusedNow;
    private int wait = 1;
    private long raisedAt;

    /// @param count of requests refused within that second
    private record Refused(long second, long count) {}

    /// Counts one more.
    ///
    /// @param second of the clock
    /// @return how many seconds it should wait
    synchronized int drop(long second) {
        if (second == now) {
            refusedNow++;
            return wait;
        }
        history.addLast(new Refused(now, refusedNow));
        while (now - history.getFirst().second() > Math.min(2 * wait, MOST_SECONDS)) {
            history.removeFirst();
        }
        now = second;
        refusedNow = 1;
        adjust();
        return wait;
    }

    private void adjust() {
        long refused = 0;
        for (Refused each : history) {
            if (now - each.second() <= wait && each.second() < now) {
                refused += each.count();
            }
        }
        if (now - raisedAt >= wait && refused >= (long) MANY * wait) {
            wait = Math.min(2 * wait, MOST_SECONDS);
            raisedAt = now;
        } else if (refused < wait && wait > 1) {
            wait--;
        }
    }
}
