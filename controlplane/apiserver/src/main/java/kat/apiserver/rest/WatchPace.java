package kat.apiserver.rest;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import kat.base.Ticker;

/// Decides when a watcher that has something to read is written to. A write costs about the same
/// for one event as for twenty, so a watcher that was written to a moment ago waits until all
/// watchers could have been in a quarter of the time; events gather meanwhile.
///
/// | watchers | pause between two writes to one |
/// |---|---|
/// | up to 4 | none |
/// | 20 | 4 ms |
/// | 100 and more | 20 ms |
///
/// An event after a longer silence is sent at once, however many watch.
///
/// **Threads:** any.
final class WatchPace {

    /// Four times what a write to a watcher is reckoned to cost its connection's thread: 50 µs.
    private static final long SHARE_NANOS = 200_000;

    private static final long LONGEST_PAUSE_NANOS = 20_000_000;
    private static final long SHORTEST_PAUSE_NANOS = 1_000_000;

    private final Ticker ticker;
    private final Queue<WatchSession> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isScheduled = new AtomicBoolean();

    WatchPace(Ticker ticker) {
        this.ticker = ticker;
    }

    long now() {
        return ticker.nanos();
    }

    /// Has `session` written to, now or soon.
    ///
    /// @param watchers how many there are
    void ready(WatchSession session, int watchers) {
        long pause = pauseNanos(watchers);
        if (pause == 0 || ticker.nanos() - session.lastWrite() >= pause) {
            session.pumpSoon();
            return;
        }
        waiting.add(session);
        if (isScheduled.compareAndSet(false, true)) {
            var _ = ticker.schedule(Duration.ofNanos(pause), this::run);
        }
    }

    static long pauseNanos(int watchers) {
        long pause = watchers * SHARE_NANOS;
        return pause < SHORTEST_PAUSE_NANOS ? 0 : Math.min(pause, LONGEST_PAUSE_NANOS);
    }

    private void run() {
        isScheduled.set(false);
        for (WatchSession next = waiting.poll(); next != null; next = waiting.poll()) {
            next.pumpSoon();
        }
    }
}
