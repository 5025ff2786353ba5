package kat.apiserver.pace;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Some at once; the others wait, each behind those of its own flow only, and flows take turns.
///
/// **Threads:** any. Turns begin outside the lock.
final class Lane {

    private final int most;
    private final SequencedMap<Long, Deque<Turn>> waiting = new LinkedHashMap<>(); // guarded
    private int running; // guarded by this

    /// @param most how many may compute at once; 1 or more
    Lane(int most) {
        this.most = most;
    }

    void enter(long flow, Turn turn) {
        synchronized (this) {
            if (running == most) {
                waiting.computeIfAbsent(flow, _ -> new ArrayDeque<>()).addLast(turn);
                return;
            }
            running++;
        }
        turn.begin();
    }

    void leave() {
        Turn next;
        synchronized (this) {
            next = next();
            if (next == null) {
                running--;
            }
        }
        if (next != null) {
            next.begin();
        }
    }

    /// The first of the flow whose turn it is; that flow goes behind the others.
    private @Nullable Turn next() {
        Map.Entry<Long, Deque<Turn>> first = waiting.pollFirstEntry();
        if (first == null) {
            return null;
        }
        Turn turn = first.getValue().removeFirst();
        if (!first.getValue().isEmpty()) {
            waiting.putLast(first.getKey(), first.getValue());
        }
        return turn;
    }
}
