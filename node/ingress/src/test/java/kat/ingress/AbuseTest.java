package kat.ingress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.ingress.proxy.FrontConfig;
import org.junit.jupiter.api.Test;

/// Clients that are silent or flood lose their connection, and others are served.
class AbuseTest {

    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int CALM = 11;
    private static final int GOAWAY = 7;
    private static final byte[] REQUEST = {(byte) 0x82, (byte) 0x84, (byte) 0x86, 0x41, 1, 'a'};

    private static FrontConfig config(Duration idle, int clients) {
        return new FrontConfig(1, idle, LONG, 10, 10, clients);
    }

    private static TestIngress serving(FrontConfig config) throws Exception {
        return new TestIngress(config)
                .put(ingress("a", "", rule("a.example.com", "/", "Prefix", "one")));
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void frame(OutputStream out, int type, int flags, int stream, byte... payload)
            throws IOException {
        out.write(
                ByteBuffer.allocate(9 + payload.length)
                        .putInt(payload.length << 8 | type)
                        .put((byte) flags)
                        .putInt(stream)
                        .put(payload)
                        .array());
    }

    private static OutputStream greet(Socket socket) throws IOException {
        OutputStream out = new BufferedOutputStream(socket.getOutputStream());
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
        frame(out, 4, 0, 0);
        out.flush();
        return out;
    }

    /// The code of GOAWAY; 0 where none came before the end.
    private static int end(Socket socket) throws IOException {
        int code = 0;
        DataInputStream in = new DataInputStream(socket.getInputStream());
        try {
            while (true) {
                int lengthAndType = in.readInt();
                byte[] rest = new byte[5 + (lengthAndType >>> 8)];
                in.readFully(rest);
                if ((lengthAndType & 0xFF) == GOAWAY) {
                    code = ByteBuffer.wrap(rest).getInt(9);
                }
            }
        } catch (EOFException | SocketException e) {
            return code;
        }
    }

    private static void assertOthersAreServed(int port) throws IOException {
        assertEquals(404, RawHttp.get(port, "nowhere", "/").status());
    }

    @Test
    void closesHttp2ConnectionsThatAskForNothing() throws Exception {
        try (TestIngress ingress = serving(config(SHORT, 100));
                Socket socket = connect(ingress.port())) {
            greet(socket);

            assertEquals(0, end(socket));
        }
    }

    @Test
    void closesConnectionsThatSayNothing() throws Exception {
        try (TestIngress ingress = serving(config(SHORT, 100));
                Socket socket = connect(ingress.port())) {
            socket.getOutputStream().write("GET / HT".getBytes(US_ASCII));

            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void endsConnectionsThatResetTooManyStreams() throws Exception {
        try (TestIngress ingress = serving(config(LONG, 100));
                Socket socket = connect(ingress.port())) {
            OutputStream out = greet(socket);
            for (int stream = 1; stream < 900; stream += 2) {
                frame(out, 1, 5, stream, REQUEST);
                frame(out, 3, 0, stream, (byte) 0, (byte) 0, (byte) 0, (byte) 8);
            }
            out.flush();

            assertEquals(CALM, end(socket));
            assertOthersAreServed(ingress.port());
        }
    }

    @Test
    void endsConnectionsWhoseHeadNeverEnds() throws Exception {
        try (TestIngress ingress = serving(config(LONG, 100));
                Socket socket = connect(ingress.port())) {
            OutputStream out = greet(socket);
            frame(out, 1, 0, 1, REQUEST);
            for (int i = 0; i < 50; i++) {
                frame(out, 9, 0, 1);
            }
            out.flush();

            assertEquals(CALM, end(socket));
            assertOthersAreServed(ingress.port());
        }
    }

    @Test
    void acceptsNoMoreConnectionsThanItMay() throws Exception {
        try (TestIngress ingress = serving(config(LONG, 3))) {
            int port = ingress.port();
            List<Socket> open = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                open.add(connect(port));
            }
            try (Socket fourth = connect(port)) {
                assertEquals(-1, fourth.getInputStream().read());
            }
            for (Socket each : open) {
                each.close();
            }
            TestIngress.await(
                    () -> {
                        try {
                            assertOthersAreServed(port);
                            return true;
                        } catch (IOException notYet) {
                            return false;
                        }
                    });
            assertTrue(ingress.controller().httpPort() > 0);
        }
    }
}
