package kat.ingress.proxy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Connections to servers of one event loop, by server.
///
/// **Threads:** the event loop.
final class Pools {

    private final Worker worker;
    private final Dialer dialer;
    private final Map<Target, Pool> pools = new HashMap<>();

    Pools(Worker worker, Dialer dialer) {
        this.worker = worker;
        this.dialer = dialer;
    }

    /// Is told how a connection came about.
    interface Waiting {
        void connected(ServerLink link);

        /// @param full whether there are too many connections already
        void notConnected(boolean full);
    }

    /// The connections of one server.
    interface Pool {

        /// Gives a connection: one that waits, or a new one.
        ///
        /// @param connectMillis how long a new one may take
        void acquire(int connectMillis, Waiting waiting);

        /// Takes back one that served a request.
        void put(ServerLink link);

        /// Is told, once or twice, that a connection is of no use any more.
        void closed(ServerLink link);

        /// Lets nothing wait any longer: connections close when their requests are done.
        void retire();

        /// Closes what has waited since before `oldest`.
        ///
        /// @return whether connections are left
        boolean closeIdle(long oldest);
    }

    void acquire(Target target, int connectMillis, Waiting waiting) {
        Pool pool = pools.get(target);
        if (pool == null) {
            pool =
                    target.protocol().isHttp2()
                            ? new Http2Pool(worker, dialer, target)
                            : new Http1Pool(worker, dialer, target);
            pools.put(target, pool);
        }
        pool.acquire(connectMillis, waiting);
    }

    /// Closes connections to servers that take no requests any more, once they are not in use.
    void keepOnly(Set<Target> current) {
        List<Target> gone = new ArrayList<>(pools.keySet());
        gone.removeAll(current);
        for (Target target : gone) {
            Pool pool = pools.remove(target);
            if (pool != null) {
                pool.retire();
            }
        }
    }

    /// Closes what has waited too long.
    ///
    /// @return whether connections are left
    boolean closeIdle(long now) {
        boolean left = false;
        long oldest = now - worker.config().idleServer().toNanos();
        for (Pool pool : pools.values()) {
            left |= pool.closeIdle(oldest);
        }
        return left;
    }

    void close() {
        pools.values().forEach(Pool::retire);
        pools.clear();
    }
}
