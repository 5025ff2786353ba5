package kat.base;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A number that only grows, and who waits for it to reach some value. It begins below zero.
///
/// **Threads:** any.
public final class Watermark implements AutoCloseable {

    private final Threads threads;
    private final Object lock = new Object();
    private final List<Waiter> waiters = new ArrayList<>(); // guarded by lock
    private long reached = -1; // guarded by lock
    private boolean closed; // guarded by lock

    private record Waiter(long wanted, Threads.Permits woken) {}

    public Watermark(Threads threads) {
        this.threads = threads;
    }

    /// Raises it; does nothing when it stands higher.
    public void raise(long to) {
        synchronized (lock) {
            reached = Math.max(reached, to);
            for (Waiter waiter : waiters) {
                if (waiter.wanted() <= reached) {
                    waiter.woken().release();
                }
            }
        }
    }

    /// Waits until it has reached `wanted`.
    ///
    /// @return whether it had before the time was over and before [#close]
    /// @throws InterruptedException when the caller is interrupted while it waits
    public boolean await(long wanted, Duration timeout) throws InterruptedException {
        Waiter waiter;
        synchronized (lock) {
            if (reached >= wanted || closed) {
                return reached >= wanted;
            }
            waiter = new Waiter(wanted, threads.permits(0));
            waiters.add(waiter);
        }
        try {
            boolean unused = waiter.woken().tryAcquire(timeout);
        } finally {
            synchronized (lock) {
                waiters.remove(waiter);
            }
        }
        synchronized (lock) {
            return reached >= wanted;
        }
    }

    /// Lets everybody who waits go on.
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            waiters.forEach(waiter -> waiter.woken().release());
        }
    }
}
