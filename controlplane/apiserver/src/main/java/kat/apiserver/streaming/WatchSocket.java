package kat.apiserver.streaming;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import kat.apiserver.http.Closing;
import kat.apiserver.http.Exchange;
import kat.apiserver.http.Outflow;
import org.jspecify.annotations.Nullable;

/// A watch over a WebSocket: every event is a message of its own, as text unless it is protobuf.
/// What the client sends is ignored.
///
/// **Source:** `WatchServer.HandleWS` in `k8s.io/apiserver/pkg/endpoints/handlers/watch.go`.
public final class WatchSocket implements Outflow, WebSocket.Listener {

    /// Past this, the watch is told to wait for the client.
    private static final int MAX_WAITING_BYTES = 256 << 10;

    private static final int LENGTH_BYTES = 4;

    private final WebSocket socket = new WebSocket(this);
    private final Exchange exchange;
    private final boolean binary;
    private final Closing closing = new Closing();
    private final Deque<byte[]> waiting = new ArrayDeque<>(); // guarded by this
    private int waitingBytes; // guarded by this
    private boolean sending; // guarded by this
    private boolean ending; // guarded by this
    private volatile @Nullable Runnable onWritable;

    private WatchSocket(Exchange exchange, boolean binary) {
        this.exchange = exchange;
        this.binary = binary;
    }

    public static boolean isAskedFor(Exchange exchange) {
        return exchange.canUpgrade() && WebSocket.isAskedFor(exchange.request());
    }

    /// Takes the connection over.
    ///
    /// @param binary whether events are protobuf
    public static Outflow open(Exchange exchange, boolean binary) {
        WatchSocket opened = new WatchSocket(exchange, binary);
        WebSocket socket = opened.socket;
        socket.attach(exchange.upgrade(WebSocket.head(exchange.request(), ""), socket));
        return opened;
    }

    @Override
    public synchronized boolean isWritable() {
        return waitingBytes < MAX_WAITING_BYTES;
    }

    @Override
    public void write(byte[] part) {
        ByteBuffer rest = ByteBuffer.wrap(part);
        while (rest.hasRemaining()) {
            add(event(rest));
        }
    }

    /// Takes the next event off, without what divides events in a stream of bytes.
    private byte[] event(ByteBuffer rest) {
        int length = rest.remaining();
        if (binary) {
            length = rest.getInt();
        } else {
            int start = rest.position();
            for (int i = start; i < rest.limit(); i++) {
                if (rest.get(i) == '\n') {
                    length = i + 1 - start;
                    break;
                }
            }
        }
        byte[] event = new byte[length];
        rest.get(event);
        return event;
    }

    private synchronized void add(byte[] event) {
        if (ending || closing.isClosed()) {
            return;
        }
        waiting.add(event);
        waitingBytes += event.length + LENGTH_BYTES;
        send();
    }

    @Override
    public synchronized void end() {
        ending = true;
        send();
    }

    @Override
    public synchronized void abort() {
        waiting.clear();
        end();
    }

    private synchronized void send() {
        if (!sending) {
            sending = true;
            Thread.ofVirtual().name("kat-watch-socket").start(this::run);
        }
    }

    /// Sends all that waits; the connection makes this thread wait for a slow client.
    private void run() {
        try {
            for (byte[] event = next(); event.length > 0; event = next()) {
                if (binary) {
                    socket.send(event);
                } else {
                    socket.sendText(event);
                }
            }
            if (isOver()) {
                socket.close();
                closing.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.close();
        }
    }

    /// What is to be sent next; empty when there is nothing.
    private byte[] next() {
        byte[] event;
        boolean roomAgain;
        synchronized (this) {
            event = waiting.poll();
            if (event == null || closing.isClosed()) {
                sending = false;
                waiting.clear();
                return new byte[0];
            }
            boolean wasFull = !isWritable();
            waitingBytes -= event.length + LENGTH_BYTES;
            roomAgain = wasFull && isWritable();
        }
        Runnable callback = onWritable;
        if (roomAgain && callback != null) {
            exchange.later(callback);
        }
        return event;
    }

    private synchronized boolean isOver() {
        return ending && waiting.isEmpty();
    }

    @Override
    public void onWritable(Runnable callback) {
        onWritable = callback;
    }

    @Override
    public void onClosed(Runnable callback) {
        closing.onClosed(callback);
    }

    @Override
    public boolean isClosed() {
        return closing.isClosed();
    }

    @Override
    public void message(byte[] bytes) {}

    @Override
    public void closed() {
        closing.close();
    }
}
