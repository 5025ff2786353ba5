package kat.ingress.proxy;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

        void notConnected(Failure why);
    }

    /// Why there is no connection.
    enum Failure {
        /// There are too many already.
        FULL(503),
        /// The server did not take one in time.
        LATE(504),
        /// The server takes none.
        REFUSED(502);

        private final int status;

        Failure(int status) {
            this.status = status;
        }

        /// What a client is told when it is the last try that failed so.
        HttpResponseStatus status() {
            return HttpResponseStatus.valueOf(status);
        }

        static Failure of(@Nullable Throwable cause) {
            return cause instanceof ConnectTimeoutException ? LATE : REFUSED;
        }
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
