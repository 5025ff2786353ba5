package kat.apiserver.aggregation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import kat.apiserver.auth.User;
import kat.apiserver.http.HeaderText;
import kat.apiserver.pace.Turn;

/// One request to an extension server, over a connection of its own.
///
/// **Threads:** one; [#close] by any.
final class RemoteCall implements AutoCloseable {

    private static final int CONNECT_MILLIS = 5_000;

    private final SSLSocket socket;
    private final OutputStream out;
    private final BufferedInputStream in;

    private RemoteCall(SSLSocket socket) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /// Connects to the first address that takes the connection.
    ///
    /// @throws IOException why the last one did not
    static RemoteCall open(RemoteTls tls, Route route, List<InetSocketAddress> addresses)
            throws IOException {
        Turn.waits();
        IOException last = new IOException("no address");
        for (InetSocketAddress address : addresses) {
            Socket plain = new Socket();
            try {
                plain.connect(address, CONNECT_MILLIS);
                SSLSocket socket = tls.over(plain, route);
                socket.startHandshake();
                return new RemoteCall(socket);
            } catch (IOException e) {
                plain.close();
                last = e;
            } catch (GeneralSecurityException e) {
                plain.close();
                throw new IOException(e.getMessage(), e);
            }
        }
        throw last;
    }

    /// How long to wait for bytes; 0 for ever.
    void limit(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    /// @param path with the query
    void send(String method, String path, List<Map.Entry<String, String>> headers, byte[] body)
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

    RemoteAnswer answer(String method) throws IOException {
        return RemoteAnswer.read(in, !method.equals("HEAD"));
    }

    /// Sends more after the connection was taken over.
    void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /// The headers that tell for whom this server asks.
    ///
    /// **Source:** `SetAuthProxyHeaders` in `client-go/transport`.
    static void addUser(List<Map.Entry<String, String>> headers, User user) {
        headers.add(Map.entry("X-Remote-User", HeaderText.written(user.name())));
        if (!user.uid().isEmpty()) {
            headers.add(Map.entry("X-Remote-Uid", HeaderText.written(user.uid())));
        }
        for (String group : user.groups()) {
            headers.add(Map.entry("X-Remote-Group", HeaderText.written(group)));
        }
        user.extra()
                .forEach(
                        (key, values) -> {
                            String name = "X-Remote-Extra-" + escaped(key);
                            values.forEach(
                                    value ->
                                            headers.add(
                                                    Map.entry(name, HeaderText.written(value))));
                        });
    }

    private static String escaped(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
