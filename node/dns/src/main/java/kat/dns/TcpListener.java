package kat.dns;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// Serves questions over TCP, one after another on each connection. A connection that is silent for
/// [#IDLE] is closed.
///
/// **Source:** RFC 7766.
final class TcpListener {

    static final int MOST_CONNECTIONS = 256;
    static final Duration IDLE = Duration.ofSeconds(10);

    private static final Logger LOG = System.getLogger("kat.dns");

    private final ServerSocketChannel server;
    private final Resolution resolution;
    private final Semaphore free = new Semaphore(MOST_CONNECTIONS);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    TcpListener(ServerSocketChannel server, Resolution resolution) {
        this.server = server;
        this.resolution = resolution;
    }

    void close() {
        closed = true;
        open.forEach(TcpListener::close);
    }

    void run() {
        while (!closed) {
            try {
                free.acquire();
                Socket socket = accept();
                open.add(socket);
                Thread.ofVirtual().name("kat-dns-connection").start(() -> serve(socket));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "cannot take a DNS connection", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private Socket accept() throws IOException {
        try {
            return server.accept().socket();
        } catch (IOException e) {
            free.release();
            throw e;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout((int) IDLE.toMillis());
            socket.setTcpNoDelay(true);
            DataInputStream input = new DataInputStream(socket.getInputStream());
            while (!closed) {
                byte[] message = new byte[input.readUnsignedShort()];
                input.readFully(message);
                byte[] answer = answer(message);
                if (answer.length == 0) {
                    return;
                }
                byte[] framed = new byte[answer.length + 2];
                MessageWriter.setWord(framed, 0, answer.length);
                System.arraycopy(answer, 0, framed, 2, answer.length);
                socket.getOutputStream().write(framed);
            }
        } catch (EOFException | SocketTimeoutException over) {
            LOG.log(Level.TRACE, "a DNS connection is over", over);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a DNS connection broke", e);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "cannot answer a DNS connection", e);
        } finally {
            open.remove(socket);
            free.release();
        }
    }

    /// Empty when the message deserves none.
    private byte[] answer(byte[] message) {
        Resolution.Reply reply = resolution.reply(message, true);
        Packet ready = reply.message();
        if (ready != null) {
            return ready.bytes();
        }
        DnsQuery query = reply.forwarded();
        return query == null ? new byte[0] : resolution.ask(query, true);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot close a DNS connection", e);
        }
    }
}
