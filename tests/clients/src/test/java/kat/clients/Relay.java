package kat.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/// A network between a client and a server that can be cut and mended.
final class Relay implements AutoCloseable {

    private final URI server;
    private final ServerSocket listening;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final Semaphore whole = new Semaphore(1);

    Relay(URI server) throws IOException {
        this.server = server;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /// The port under which clients find the server.
    int port() {
        return listening.getLocalPort();
    }

    /// Ends all connections; new ones wait until [#mend].
    void cut() throws IOException, InterruptedException {
        whole.acquire();
        for (Socket socket : open) {
            socket.close();
        }
        open.clear();
    }

    void mend() {
        whole.release();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                whole.acquire();
                Socket behind = new Socket(server.getHost(), server.getPort());
                open.addAll(List.of(client, behind));
                whole.release();
                Thread.ofVirtual().start(() -> pass(client, behind));
                Thread.ofVirtual().start(() -> pass(behind, client));
            }
        } catch (IOException closed) {
            // the test is over
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException cut) {
            // either end has gone, or the test cut the connection
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
