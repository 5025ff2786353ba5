package kat.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Remembers at a few moments which revision was the newest, and so which is now too old to keep.
/// Wakes only while there is something that will grow too old: an idle store costs nothing.
///
/// **Threads:** the writer's, but for [#close].
final class Ages {

    private static final int MARKS = 5; // over the whole age

    private final Ticker ticker;
    private final Duration maxAge;
    private final Runnable wake;
    private final Deque<Mark> marks = new ArrayDeque<>();
    private volatile Ticker.@Nullable Scheduled scheduled;
    private volatile boolean isClosed;

    private record Mark(long nanos, long revision) {}

    /// @param wake has [#tick] called by the writer
    Ages(Ticker ticker, Duration maxAge, Runnable wake) {
        this.ticker = ticker;
        this.maxAge = maxAge;
        this.wake = wake;
    }

    /// Something was written, so something will grow old.
    void written() {
        if (scheduled == null && !isClosed) {
            scheduled = ticker.schedule(maxAge.dividedBy(MARKS), wake);
        }
    }

    /// Notes the present.
    ///
    /// @return the revision to compact to; 0 for none
    long tick(Memory memory) {
        long now = ticker.nanos();
        scheduled = null;
        marks.addLast(new Mark(now, memory.revision()));
        long old = 0;
        while (!marks.isEmpty() && now - marks.getFirst().nanos() >= maxAge.toNanos()) {
            old = marks.removeFirst().revision();
        }
        if (Math.max(old, memory.compactedRevision()) < memory.revision()) {
            written();
        } else {
            marks.clear();
        }
        return old;
    }

    void close() {
        isClosed = true;
        Ticker.Scheduled waiting = scheduled;
        if (waiting != null) {
            waiting.cancel();
        }
    }
}
