package kat.apiserver.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.StatusException;
import kat.client.node.Duplex;
import kat.client.node.NodeGateway;
import kat.client.node.PodTarget;

/// Joins pairs of SPDY streams (`data` and `error`, with one `requestID`) with ports of a pod.
///
/// **Threads:** as [SpdySession.Listener].
final class PortBridge implements SpdySession.Listener {

    private static final int PART_BYTES = 32 << 10;

    private final NodeGateway nodes;
    private final PodTarget target;
    private final Map<String, SpdySession.Stream> halves = new ConcurrentHashMap<>();

    PortBridge(NodeGateway nodes, PodTarget target) {
        this.nodes = nodes;
        this.target = target;
    }

    @Override
    public void opened(SpdySession.Stream stream) throws InterruptedException {
        String request = stream.header("requestid");
        SpdySession.Stream other = halves.putIfAbsent(request, stream);
        if (other == null) {
            return;
        }
        halves.remove(request);
        boolean isData = stream.header("streamtype").equals("data");
        join(isData ? stream : other, isData ? other : stream);
    }

    private void join(SpdySession.Stream data, SpdySession.Stream error)
            throws InterruptedException {
        int port = port(data.header("port"));
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

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static void up(SpdySession.Stream data, Duplex connection) {
        try (OutputStream to = connection.output()) {
            InputStream from = data.input();
            byte[] part = new byte[PART_BYTES];
            for (int read = from.read(part); read >= 0; read = from.read(part)) {
                to.write(part, 0, read);
                to.flush();
            }
        } catch (IOException closed) {
            System.getLogger(PortBridge.class.getName())
                    .log(System.Logger.Level.DEBUG, "forwarded connection ended", closed);
        }
    }

    private static void down(InputStream from, SpdySession.Stream data)
            throws IOException, InterruptedException {
        byte[] part = new byte[PART_BYTES];
        for (int read = from.read(part); read >= 0; read = from.read(part)) {
            if (read > 0) {
                data.send(Arrays.copyOf(part, read));
            }
        }
    }

    @Override
    public void closed() {
        halves.clear();
    }
}
