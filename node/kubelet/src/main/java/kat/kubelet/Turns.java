package kat.kubelet;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import kat.base.Ticker;

/// Which containers of one pod are being ended, for those whose turn comes after them.
///
/// A stop that fails ends nothing: the others wait on until a stop succeeds, the container is
/// seen not to run, or their time is over.
///
/// **Threads:** any.
///
/// **Source:** `pkg/kubelet/kuberuntime/kuberuntime_termination_order.go`.
final class Turns {

    private final Ticker ticker;

    /// Guarded by this.
    private final Set<String> ending = new HashSet<>();

    Turns(Ticker ticker) {
        this.ticker = ticker;
    }

    synchronized void begin(String id) {
        ending.add(id);
    }

    synchronized void ended(String id) {
        ending.remove(id);
        notifyAll();
    }

    /// What else was being ended has ended.
    ///
    /// @param running ids of all containers of the pod that run
    synchronized void keepOnly(Collection<String> running) {
        if (ending.retainAll(running)) {
            notifyAll();
        }
    }

    /// Waits until none of these containers is being ended any more.
    ///
    /// @param most how long at most
    void await(List<String> ids, Duration most) throws InterruptedException {
        AtomicBoolean late = new AtomicBoolean();
        Ticker.Scheduled timer = ticker.schedule(most, () -> expire(late));
        try {
            synchronized (this) {
                while (!late.get() && !Collections.disjoint(ending, ids)) {
                    wait();
                }
            }
        } finally {
            timer.cancel();
        }
    }

    private synchronized void expire(AtomicBoolean late) {
        late.set(true);
        notifyAll();
    }
}
