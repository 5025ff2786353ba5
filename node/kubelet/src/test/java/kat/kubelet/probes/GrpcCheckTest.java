package kat.kubelet.probes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Health checks against a server that answers one question with given frames.
class GrpcCheckTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GO_AWAY = 7;
    private static final int END_STREAM = 1;

    private ServerSocket server;
    private final ByteArrayOutputStream asked = new ByteArrayOutputStream();
    private Thread serving;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        server.close();
        if (serving != null) {
            serving.join();
        }
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    private void answer(byte[]... frames) {
        serving =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try (Socket socket = server.accept()) {
                                        DataInputStream in =
                                                new DataInputStream(socket.getInputStream());
                                        readRequest(in);
                                        for (byte[] frame : frames) {
                                            socket.getOutputStream().write(frame);
                                        }
                                        socket.getOutputStream().flush();
                                        in.transferTo(OutputStream.nullOutputStream());
                                    } catch (IOException e) {
                                        asked.writeBytes(
                                                String.valueOf(e.getMessage())
                                                        .getBytes(StandardCharsets.UTF_8));
                                    }
                                });
    }

    /// The preface, then frames up to the one that ends the question.
    private void readRequest(DataInputStream in) throws IOException {
        in.readNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            in.readInt();
            asked.write(in.readNBytes(length));
            if (type == DATA && (flags & END_STREAM) != 0) {
                return;
            }
        }
    }

    private static byte[] frame(int type, int flags, int stream, int... body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(0);
        out.writeShort(body.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        for (int each : body) {
            out.writeByte(each);
        }
        return bytes.toByteArray();
    }

    private static byte[] status(int value) throws IOException {
        return frame(DATA, 0, 1, 0, 0, 0, 0, 2, 0x08, value);
    }

    @ParameterizedTest(name = "status {0}: {1}")
    @CsvSource({"1, true", "0, false", "2, false", "3, false"})
    void onlyServingIsHealthy(int value, boolean healthy) throws IOException {
        answer(frame(SETTINGS, 0, 0), frame(HEADERS, 4, 1, 0x88), status(value));

        Checks.Result result = GrpcCheck.run(address(), "", PATIENCE);

        assertEquals(healthy, result.success());
    }

    @Test
    void asksForTheServiceAndAnswersPings() throws IOException {
        answer(frame(PING, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8), status(1));

        Checks.Result result = GrpcCheck.run(address(), "ready", PATIENCE);

        assertTrue(result.success());
        String question = asked.toString(StandardCharsets.ISO_8859_1);
        assertTrue(question.contains("/grpc.health.v1.Health/Check"));
        assertTrue(question.endsWith("\0\0\0\0\7\n\5ready"), question);
    }

    @Test
    void aServerWithoutHealthIsUnhealthy() throws IOException {
        answer(frame(HEADERS, 4 | END_STREAM, 1, 0x88));

        Checks.Result result = GrpcCheck.run(address(), "", PATIENCE);

        assertFalse(result.success());
        assertEquals("error: health rpc probe failed for service \"\"", result.output());
    }

    @Test
    void aServerThatHangsUpIsUnhealthy() throws IOException {
        answer(frame(GO_AWAY, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));

        assertFalse(GrpcCheck.run(address(), "", PATIENCE).success());
    }

    @Test
    void nobodyThereIsUnhealthy() throws IOException {
        InetSocketAddress gone = address();
        server.close();

        Checks.Result result = GrpcCheck.run(gone, "", PATIENCE);

        assertTrue(result.output().startsWith("timeout: failed to connect service \""));
    }
}
