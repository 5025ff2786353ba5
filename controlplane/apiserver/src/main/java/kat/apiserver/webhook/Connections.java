package kat.apiserver.webhook;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Connections to webhooks that wait for their next call.
///
/// **Threads:** any.
final class Connections {

    /// How many wait for one server at most.
    static final int MAX_IDLE_EACH = 16;

    /// How many wait at most.
    static final int MAX_IDLE = 256;

    /// How long one waits.
    static final Duration IDLE = Duration.ofSeconds(90);

    private final Ticker ticker;
    private final Map<Server, Deque<Idle>> idle = new HashMap<>(); // guarded by this
    private int count; // guarded by this
    private boolean sweeping; // guarded by this

    Connections(Ticker ticker) {
        this.ticker = ticker;
    }

    /// Whom a connection leads to, and whom it trusts.
    record Server(InetSocketAddress address, String name, String caBundle) {}

    /// A connection after its handshake.
    record Connection(SSLSocket socket, BufferedInputStream in) {

        void close() {
            try {
                socket.close();
            } catch (IOException alreadyBroken) {
                // It is given up either way.
            }
        }
    }

    private record Idle(Connection connection, Instant until) {}

    /// A connection that waits; null when there is none. The caller owns it.
    synchronized @Nullable Connection take(Server server) {
        Deque<Idle> waiting = idle.get(server);
        if (waiting == null) {
            return null;
        }
        Idle newest = waiting.removeLast();
        count--;
        if (waiting.isEmpty()) {
            idle.remove(server);
        }
        return newest.connection();
    }

    /// Keeps a connection that can serve another call, or closes it when too many wait.
    void give(Server server, Connection connection) {
        if (!kept(server, connection)) {
            connection.close();
        }
    }

    private synchronized boolean kept(Server server, Connection connection) {
        Deque<Idle> waiting = idle.computeIfAbsent(server, _ -> new ArrayDeque<>());
        if (count >= MAX_IDLE || waiting.size() >= MAX_IDLE_EACH) {
            if (waiting.isEmpty()) {
                idle.remove(server);
            }
            return false;
        }
        waiting.addLast(new Idle(connection, ticker.now().plus(IDLE)));
        count++;
        if (!sweeping) {
            sweeping = true;
            ticker.schedule(IDLE, this::sweep);
        }
        return true;
    }

    /// Closes what has waited long enough.
    private void sweep() {
        overdue().forEach(Connection::close);
    }

    private synchronized List<Connection> overdue() {
        Instant now = ticker.now();
        List<Connection> found = new ArrayList<>();
        Iterator<Deque<Idle>> servers = idle.values().iterator();
        while (servers.hasNext()) {
            Deque<Idle> waiting = servers.next();
            while (!waiting.isEmpty() && !waiting.getFirst().until().isAfter(now)) {
                found.add(waiting.removeFirst().connection());
                count--;
            }
            if (waiting.isEmpty()) {
                servers.remove();
            }
        }
        sweeping = count > 0;
        if (sweeping) {
            ticker.schedule(IDLE, this::sweep);
        }
        return found;
    }

    synchronized int waiting() {
        return count;
    }
}
