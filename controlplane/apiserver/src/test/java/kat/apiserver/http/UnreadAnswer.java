package kat.apiserver.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// An answer over HTTP/1.1 whose body stays where it is until it is asked for.
final class UnreadAnswer implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int HEX = 16;

    private final Socket socket;
    private final InputStream in;

    /// Sends a request and reads the head of its answer.
    UnreadAnswer(SSLContext tls, int port, String request) throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        Socket plain = new Socket();
        plain.setReceiveBufferSize(BUFFER_BYTES);
        plain.setSoTimeout(PATIENCE_MILLIS);
        plain.connect(new InetSocketAddress(here, port), PATIENCE_MILLIS);
        socket = tls.getSocketFactory().createSocket(plain, here.getHostAddress(), port, true);
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        socket.getOutputStream().flush();
        in = new BufferedInputStream(socket.getInputStream());
        assertEquals("HTTP/1.1 200 OK", line());
        String header = line();
        while (!header.isEmpty()) {
            header = line();
        }
    }

    /// Without its end.
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            assertTrue(next >= 0, "the connection has ended");
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /// All events until the stream ends in good order.
    List<JsonObject> rest() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int length = Integer.parseInt(line(), HEX);
        while (length > 0) {
            byte[] part = in.readNBytes(length);
            assertEquals(length, part.length, "the connection has ended");
            body.writeBytes(part);
            assertEquals("", line());
            length = Integer.parseInt(line(), HEX);
        }
        return events(body.toString(UTF_8));
    }

    /// The bodies of all streams of a connection, in order, once each has ended.
    static List<String> streams(RawHttp2 client, int number) throws IOException {
        Map<Integer, ByteArrayOutputStream> bodies = new TreeMap<>();
        int ended = 0;
        while (ended < number) {
            RawHttp2.Frame frame = client.await(RawHttp2.DATA);
            byte[] part = new byte[frame.payload().remaining()];
            frame.payload().get(part);
            bodies.computeIfAbsent(frame.stream(), _ -> new ByteArrayOutputStream())
                    .writeBytes(part);
            ended += frame.flags() & RawHttp2.END_STREAM;
        }
        return bodies.values().stream().map(body -> body.toString(UTF_8)).toList();
    }

    static List<JsonObject> events(String body) {
        List<JsonObject> events = new ArrayList<>();
        for (String line : body.lines().toList()) {
            events.add((JsonObject) Json.parse(line.getBytes(UTF_8)));
        }
        return events;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
