package kat.apiserver.aggregation;

import java.io.IOException;
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
import kat.apiserver.streaming.HttpCall;

/// Calls of extension servers.
final class RemoteCall {

    private static final int CONNECT_MILLIS = 5_000;

    private RemoteCall() {}

    /// Connects to the first address that takes the connection.
    ///
    /// @throws IOException why the last one did not
    static HttpCall open(RemoteTls tls, Route route, List<InetSocketAddress> addresses)
            throws IOException {
        Turn.waits();
        IOException last = new IOException("no address");
        for (InetSocketAddress address : addresses) {
            Socket plain = new Socket();
            try {
                plain.connect(address, CONNECT_MILLIS);
                SSLSocket socket = tls.over(plain, route);
                socket.startHandshake();
                return new HttpCall(socket);
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
