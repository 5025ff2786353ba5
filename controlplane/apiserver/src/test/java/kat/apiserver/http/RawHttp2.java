package kat.apiserver.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// A client of HTTP/2 that sends whatever frames it is told to.
final class RawHttp2 implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    /// The code of an end for which no code was told: the connection was closed.
    static final int CLOSED = -1;

    private static final int PATIENCE_MILLIS = 20_000;

    private final SSLSocket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private volatile boolean isToldToGo;

    /// A frame that came.
    record Frame(int type, int flags, int stream, ByteBuffer payload) {}

    RawHttp2(SSLContext tls, int port) throws IOException {
        socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.startHandshake();
        out = new BufferedOutputStream(socket.getOutputStream());
        in = new DataInputStream(socket.getInputStream());
    }

    /// The preface and empty settings.
    RawHttp2 greet() throws IOException {
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
        return frame(SETTINGS, 0, 0);
    }

    RawHttp2 frame(int type, int flags, int stream, byte... payload) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(9);
        head.put((byte) (payload.length >> 16));
        head.putShort((short) payload.length);
        head.put((byte) type).put((byte) flags).putInt(stream);
        out.write(head.array());
        out.write(payload);
        return this;
    }

    RawHttp2 flush() throws IOException {
        out.flush();
        return this;
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /// Headers in their plainest form: no tables, no Huffman.
    static byte[] headers(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            text(block, namesAndValues[i]);
            text(block, namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        int length = text.length();
        if (length < 127) {
            block.write(length);
        } else {
            block.write(127);
            int rest = length - 127;
            for (; rest >= 128; rest /= 128) {
                block.write(rest % 128 + 128);
            }
            block.write(rest);
        }
        block.writeBytes(text.getBytes(US_ASCII));
    }

    static byte[] request(String method, String path) {
        return headers(
                ":method", method, ":scheme", "https", ":authority", "localhost", ":path", path);
    }

    Frame read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(type, flags, stream, ByteBuffer.wrap(payload));
    }

    /// Waits for a frame of a type, and gives it.
    Frame await(int type) throws IOException {
        for (Frame frame = read(); ; frame = read()) {
            if (frame.type() == type) {
                return frame;
            }
        }
    }

    /// Whether [#end] has read that the connection ends.
    boolean isToldToGo() {
        return isToldToGo;
    }

    /// Reads until the connection ends, and gives the code of GOAWAY; [#CLOSED] where none came.
    int end() throws IOException {
        int code = CLOSED;
        try {
            while (true) {
                Frame frame = read();
                if (frame.type() == GOAWAY) {
                    isToldToGo = true;
                    code = frame.payload().getInt(4);
                }
            }
        } catch (EOFException | SocketException | SSLException e) {
            return code;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
