package kat.etcd;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;
import kat.base.Deadline;
import kat.base.Ticker;

/// Threads that wait until the mirror has come to a revision.
///
/// **Threads:** any.
final class Waiters {

    private final Ticker ticker;
    private final Object lock = new Object();
    private final PriorityQueue<Waiter> waiting = new PriorityQueue<>(); // guarded by lock
    private volatile long reached;
    private volatile boolean isClosed;

    private static final class Waiter implements Comparable<Waiter> {
        private final long revision;
        private final Thread thread = Thread.currentThread();
        private volatile boolean isDone;

        Waiter(long revision) {
            this.revision = revision;
        }

        @Override
        public int compareTo(Waiter other) {
            return Long.compare(revision, other.revision);
        }
    }

    Waiters(Ticker ticker) {
        this.ticker = ticker;
    }

    /// Lets those go who wait for `revision` or an earlier one.
    void reach(long revision) {
        List<Waiter> free = new ArrayList<>();
        synchronized (lock) {
            reached = Math.max(reached, revision);
            Waiter next = waiting.peek();
            while (next != null && next.revision <= revision) {
                free.add(next);
                waiting.remove();
                next = waiting.peek();
            }
        }
        free.forEach(Waiters::wake);
    }

    private static void wake(Waiter waiter) {
        waiter.isDone = true;
        LockSupport.unpark(waiter.thread);
    }

    /// Waits, whatever interrupts say, which are kept for the caller.
    ///
    /// @return whether the revision was reached in time
    boolean await(long revision, Deadline deadline) {
        if (reached >= revision) {
            return true;
        }
        Waiter waiter = new Waiter(revision);
        synchronized (lock) {
            if (reached >= revision) {
                return true;
            }
            waiting.add(waiter);
        }
        boolean isInterrupted = false;
        while (!waiter.isDone && !isClosed && !deadline.isOver(ticker)) {
            LockSupport.parkNanos(this, deadline.remaining(ticker).toNanos());
            isInterrupted |= Thread.interrupted();
        }
        if (!waiter.isDone) {
            synchronized (lock) {
                waiting.remove(waiter);
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        return reached >= revision;
    }

    /// Lets all go.
    void close() {
        isClosed = true;
        List<Waiter> all;
        synchronized (lock) {
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(Waiters::wake);
    }
}
