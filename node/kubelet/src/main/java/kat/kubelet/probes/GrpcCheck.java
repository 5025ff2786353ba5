package kat.kubelet.probes;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Asks `grpc.health.v1.Health/Check` over plain HTTP/2: one request on one connection, written by
/// hand, since nothing else here needs a gRPC client on TCP.
///
/// **Source:** RFC 9113, the gRPC health checking protocol.
final class GrpcCheck {

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GO_AWAY = 7;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int MOST_FRAMES = 64;
    private static final int SERVING = 1;

    private GrpcCheck() {}

    static Checks.Result run(InetSocketAddress address, String service, Duration timeout) {
        int millis = (int) timeout.toMillis();
        try (Socket socket = new Socket()) {
            socket.connect(address, millis);
            socket.setSoTimeout(millis);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            ask(out, address, service);
            return answer(new DataInputStream(socket.getInputStream()), out, service);
        } catch (IOException e) {
            return Checks.Result.failure(
                    "timeout: failed to connect service \""
                            + address.getHostString()
                            + ":"
                            + address.getPort()
                            + "\" within "
                            + timeout.toSeconds()
                            + "s: "
                            + HttpCheck.goWords(e));
        }
    }

    private static void ask(DataOutputStream out, InetSocketAddress address, String service)
            throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        DataOutputStream frames = new DataOutputStream(whole);
        frames.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
        frame(frames, SETTINGS, 0, 0, new byte[0]);
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        header(headers, ":method", "POST");
        header(headers, ":scheme", "http");
        header(headers, ":path", "/grpc.health.v1.Health/Check");
        header(headers, ":authority", address.getHostString() + ":" + address.getPort());
        header(headers, "content-type", "application/grpc");
        header(headers, "te", "trailers");
        header(headers, "user-agent", "kube-probe/1.36");
        frame(frames, HEADERS, END_HEADERS, 1, headers.toByteArray());
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(message);
        body.writeByte(0);
        body.writeInt(name.length == 0 ? 0 : 2 + name.length);
        if (name.length > 0) {
            body.writeByte(0x0a);
            body.writeByte(name.length);
            body.write(name);
        }
        frame(frames, DATA, END_STREAM, 1, message.toByteArray());
        out.write(whole.toByteArray());
        out.flush();
    }

    /// A literal that is not indexed (RFC 7541 §6.2.2), without Huffman coding.
    private static void header(ByteArrayOutputStream out, String name, String value) {
        out.write(0);
        out.write(name.length());
        out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        out.write(value.length());
        out.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] body)
            throws IOException {
        out.writeByte(body.length >> 16);
        out.writeShort(body.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(body);
    }

    private static Checks.Result answer(DataInputStream in, DataOutputStream out, String service)
            throws IOException {
        for (int i = 0; i < MOST_FRAMES; i++) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] body = in.readNBytes(length);
            if (type == SETTINGS && flags == 0) {
                frame(out, SETTINGS, 1, 0, new byte[0]);
            } else if (type == PING && flags == 0) {
                frame(out, PING, 1, 0, body);
            } else if (type == DATA && stream == 1 && length > 0) {
                int status = length >= 7 && body[5] == 0x08 ? body[6] : 0;
                return new Checks.Result(
                        status == SERVING,
                        status == SERVING
                                ? "service healthy"
                                : "service unhealthy (responded with \"NOT_SERVING\")");
            } else if (type == RESET || type == GO_AWAY || endsWithoutData(type, flags)) {
                break;
            }
        }
        return Checks.Result.failure(
                "error: health rpc probe failed for service \"" + service + "\"");
    }

    private static boolean endsWithoutData(int type, int flags) {
        return type == HEADERS && (flags & END_STREAM) != 0;
    }
}
