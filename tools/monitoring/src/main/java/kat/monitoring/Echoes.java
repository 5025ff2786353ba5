package kat.monitoring;

import java.time.Duration;
import java.util.List;
import kat.base.Ticker;

/// Runs a task some times after each change. Changes that come meanwhile share a run, but however
/// fast they come, each run is as late as its delay at most.
///
/// **Threads:** any; the task runs on the ticker's thread.
final class Echoes implements AutoCloseable {

    private final List<Duration> delays;
    private final Ticker ticker;
    private final Runnable task;
    private final boolean[] waiting; // guarded by this
    private long changes; // guarded by this
    private boolean closed; // guarded by this

    /// @param delays after a change
    Echoes(List<Duration> delays, Ticker ticker, Runnable task) {
        this.delays = List.copyOf(delays);
        this.ticker = ticker;
        this.task = task;
        this.waiting = new boolean[delays.size()];
    }

    synchronized void changed() {
        changes++;
        for (int i = 0; i < waiting.length; i++) {
            if (!waiting[i]) {
                begin(i);
            }
        }
    }

    /// Called with the lock held.
    private void begin(int delay) {
        waiting[delay] = true;
        long since = changes;
        Ticker.Scheduled unused = ticker.schedule(delays.get(delay), () -> run(delay, since));
    }

    private void run(int delay, long since) {
        synchronized (this) {
            if (closed) {
                return;
            }
            waiting[delay] = false;
            if (changes != since) {
                begin(delay); // what changed meanwhile has its whole delay too
            }
        }
        task.run();
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
