package kat.ingress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/// A server that ends as a killed process does: at once, with all its connections.
final class KillableServer implements AutoCloseable {

    private final ServerSocket listening;
    private final String name;
    private final List<Socket> open = new ArrayList<>(); // guarded by this
    private boolean closed; // guarded by this

    KillableServer(String name) throws IOException {
        this.name = name;
        this.listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread unused = Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                if (keep(socket)) {
                    Thread unused = Thread.ofVirtual().start(() -> serve(socket));
                } else {
                    socket.close();
                }
            }
        } catch (IOException ended) {
            // As close wants it.
            return;
        }
    }

    private synchronized boolean keep(Socket socket) {
        open.add(socket);
        return !closed;
    }

    private void serve(Socket socket) {
        try (RawHttp connection = new RawHttp(socket)) {
            while (true) {
                String line = connection.line();
                while (!line.isEmpty()) {
                    line = connection.line();
                }
                connection.send(
                        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                                .formatted(name.length(), name));
            }
        } catch (IOException ended) {
            // The other side, or close.
            return;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
