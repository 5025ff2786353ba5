package kat.apiserver.streaming;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import kat.apiserver.http.HeaderText;

/// One request of HTTP/1.1 to a server elsewhere, over a connection of its own.
///
/// **Threads:** one; [#close] by any.
public final class HttpCall implements AutoCloseable {

    private final Socket socket;
    private final OutputStream out;
    private final BufferedInputStream in;

    /// @param socket connected; closed with this
    public HttpCall(Socket socket) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /// How long to wait for bytes; 0 for ever.
    public void limit(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    /// @param path with the query
    public void send(
            String method, String path, List<Map.Entry<String, String>> headers, byte[] body)
            throws IOException {
        StringBuilder head =
                new StringBuilder(method).append(' ').append(path).append(" HTTP/1.1\r\n");
        for (Map.Entry<String, String> header : headers) {
            if (!HeaderText.isValid(header.getValue())) {
                throw new IOException(
                        "net/http: invalid header field value for \"" + header.getKey() + "\"");
            }
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        boolean mayHaveBody = body.length > 0 || !(method.equals("GET") || method.equals("HEAD"));
        if (mayHaveBody) {
            head.append("content-length: ").append(body.length).append("\r\n");
        }
        out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
        out.write(body);
        out.flush();
    }

    public HttpAnswer answer(String method) throws IOException {
        return HttpAnswer.read(in, !method.equals("HEAD"));
    }

    /// Sends more after the connection was taken over.
    public void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
