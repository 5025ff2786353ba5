package kat.apiserver.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// The bytes of bodies that have not come in whole, which nobody has been asked for a name yet:
/// bounded over all connections. When they are too many, the connection that holds most of them
/// is closed, so that clients that send little are served on.
///
/// **Threads:** any.
final class Unfinished {

    private final long most;
    private final AtomicLong held = new AtomicLong();
    private final Set<Share> shares = ConcurrentHashMap.newKeySet();

    Unfinished(long most) {
        this.most = most;
    }

    /// @param close ends the connection; by any thread
    Share open(Runnable close) {
        Share share = new Share(close);
        shares.add(share);
        return share;
    }

    long bytes() {
        return held.get();
    }

    private void evictLargest() {
        Share largest = null;
        for (Share share : shares) {
            if (largest == null || share.own.get() > largest.own.get()) {
                largest = share;
            }
        }
        if (largest != null) {
            largest.end();
            largest.close.run();
        }
    }

    /// What one connection holds.
    final class Share {

        private final Runnable close;
        private final AtomicLong own = new AtomicLong();
        private final AtomicBoolean isOver = new AtomicBoolean();

        private Share(Runnable close) {
            this.close = close;
        }

        /// @param bytes negative for those that are no longer held
        void add(int bytes) {
            if (bytes == 0 || isOver.get()) {
                return;
            }
            own.addAndGet(bytes);
            if (held.addAndGet(bytes) > most && bytes > 0) {
                evictLargest();
            }
        }

        /// Holds nothing any more.
        void end() {
            if (isOver.compareAndSet(false, true)) {
                shares.remove(this);
                held.addAndGet(-own.get());
            }
        }
    }
}
