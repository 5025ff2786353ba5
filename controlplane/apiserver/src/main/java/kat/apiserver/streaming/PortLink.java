package kat.apiserver.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import kat.api.StatusException;
import kat.client.node.Duplex;
import kat.client.node.NodeGateway;
import kat.client.node.PodTarget;

/// Joins a client's streams with a port of a pod until one of both ends.
///
/// @param nodes that reach the pod
record PortLink(NodeGateway nodes, PodTarget target) {

    private static final int PART_BYTES = 32 << 10;

    /// Blocks until the connection has ended. What went wrong is told on the second stream.
    void join(int port, ForwardedStream data, ForwardedStream error) throws InterruptedException {
        try (Duplex connection = nodes.connect(target, port)) {
            Thread up = Thread.ofVirtual().start(() -> up(data, connection));
            down(connection.input(), data);
            data.end();
            up.interrupt();
        } catch (StatusException | IOException e) {
            String why =
                    "error forwarding port "
                            + port
                            + " to pod "
                            + target.pod()
                            + ", uid : "
                            + e.getMessage();
            error.send(why.getBytes(UTF_8));
            data.end();
        }
        error.end();
    }

    private static void up(ForwardedStream data, Duplex connection) {
        try (OutputStream to = connection.output()) {
            InputStream from = data.input();
            byte[] part = new byte[PART_BYTES];
            for (int read = from.read(part); read >= 0; read = from.read(part)) {
                to.write(part, 0, read);
                to.flush();
            }
        } catch (IOException closed) {
            System.getLogger(PortLink.class.getName())
                    .log(System.Logger.Level.DEBUG, "forwarded connection ended", closed);
        }
    }

    private static void down(InputStream from, ForwardedStream data)
            throws IOException, InterruptedException {
        byte[] part = new byte[PART_BYTES];
        for (int read = from.read(part); read >= 0; read = from.read(part)) {
            if (read > 0) {
                data.send(Arrays.copyOf(part, read));
            }
        }
    }
}
