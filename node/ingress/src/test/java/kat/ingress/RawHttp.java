package kat.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One connection over which a test says exactly what it wants to say.
public final class RawHttp implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;

    /// @param headers each as `name: value`, names in lower case
    public record Response(int status, List<String> headers, String body) {

        /// The header's value; empty when there is none.
        public String header(String name) {
            for (String header : headers) {
                if (header.startsWith(name + ": ")) {
                    return header.substring(name.length() + 2);
                }
            }
            return "";
        }
    }

    public RawHttp(int port) throws IOException {
        this(new Socket(java.net.InetAddress.getLoopbackAddress(), port));
    }

    public RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /// One request on a connection of its own.
    public static Response get(int port, String host, String path, String... headers)
            throws IOException {
        try (RawHttp http = new RawHttp(port)) {
            return http.get(host, path, headers);
        }
    }

    public Response get(String host, String path, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + host);
        for (String header : headers) {
            head.append("\r\n").append(header);
        }
        send(head + "\r\n\r\n");
        return read();
    }

    public void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /// Sends lines that end as HTTP's do.
    public void sendLines(String lines) throws IOException {
        send(lines.replace("\n", "\r\n"));
    }

    public Response read() throws IOException {
        return read(true);
    }

    /// @param body whether the answer has one
    public Response read(boolean body) throws IOException {
        String[] first = line().split(" ", 3);
        List<String> headers = new ArrayList<>();
        int length = -1;
        boolean chunked = false;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            headers.add(name + ": " + value);
            chunked |= name.equals("transfer-encoding");
            length = name.equals("content-length") ? Integer.parseInt(value) : length;
        }
        int status = Integer.parseInt(first[1]);
        boolean none = !body || status == 204 || status == 304 || status < 200;
        String text = none ? "" : chunked ? chunks() : bytes(length);
        return new Response(status, headers, text);
    }

    private String chunks() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int size = Integer.parseInt(line(), 16); size > 0; ) {
            text.append(bytes(size));
            String unused = line();
            size = Integer.parseInt(line(), 16);
        }
        String unused = line();
        return text.toString();
    }

    /// @param count negative for all until the end
    public String bytes(int count) throws IOException {
        byte[] bytes = count < 0 ? in.readAllBytes() : in.readNBytes(count);
        return new String(bytes, ISO_8859_1);
    }

    /// Whether the other side has closed.
    public boolean isEnded() throws IOException {
        return in.read() < 0;
    }

    public String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("closed after \"" + line.toString(ISO_8859_1) + "\"");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
