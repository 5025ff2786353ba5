package kat.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What was asked of the writer and not yet begun. What piles up while one group is forced is the
/// next group.
///
/// It holds at most one request of each thread that waits, so those who call bound it.
///
/// **Threads:** one at a time takes, one sleeps, any ask.
final class RequestQueue {

    private static final int GROUP = 1024; // requests
    private static final long GROUP_BYTES = 4 << 20;

    private final Queue<Request> queue = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread sleeper;
    private volatile boolean isClosed;
    private volatile boolean hasEnded;

    /// Puts `request` at the end, and wakes nobody.
    ///
    /// @return whether the queue was still open
    boolean offer(Request request) {
        if (isClosed) {
            return false;
        }
        queue.add(request);
        if (hasEnded) {
            end();
        }
        return true;
    }

    /// Whether there is something to do: requests, or an end.
    boolean isWaiting() {
        return isClosed || !queue.isEmpty();
    }

    /// Wakes who sleeps.
    void wake() {
        Thread asleep = sleeper;
        if (asleep != null) {
            LockSupport.unpark(asleep);
        }
    }

    /// The next group; empty when nothing waits.
    List<Request> take() {
        List<Request> group = new ArrayList<>();
        long bytes = 0;
        while (group.size() < GROUP && bytes < GROUP_BYTES) {
            Request next = queue.poll();
            if (next == null) {
                break;
            }
            group.add(next);
            bytes += next.bytes();
        }
        return group;
    }

    /// Sleeps until it is woken, unless `isNeeded` says at the last moment that it must not; may
    /// wake without need.
    void sleep(BooleanSupplier isNeeded) {
        sleeper = Thread.currentThread();
        if (!isNeeded.getAsBoolean()) {
            LockSupport.park(this);
        }
        sleeper = null;
    }

    /// Whether it was closed and everything was taken.
    boolean isDrained() {
        return isClosed && queue.isEmpty();
    }

    /// Takes no more requests; those inside are still done.
    void close() {
        isClosed = true;
        wake();
    }

    /// Fails what is left and whatever still slips in. For who takes, in the end.
    void end() {
        isClosed = true;
        hasEnded = true;
        for (Request left = queue.poll(); left != null; left = queue.poll()) {
            left.fail(new StoreClosedException());
        }
    }
}
