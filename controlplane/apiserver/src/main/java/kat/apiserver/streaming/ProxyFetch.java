package kat.apiserver.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Exchange;
import kat.apiserver.http.Request;
import kat.client.kubeconfig.TrustAll;

/// Sends a request on to a server of the cluster and its answer back. Links in HTML and redirects
/// that begin with a slash are changed so that they lead through the proxy again; connections that
/// are taken over (WebSocket, SPDY) are joined end to end.
///
/// **Threads:** any; blocks as long as the answer lasts.
///
/// **Source:** `k8s.io/apimachinery/pkg/util/proxy`.
public final class ProxyFetch {

    private static final int CONNECT_MILLIS = 30_000;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /// Of one connection only, or told anew.
    private static final Set<String> NOT_PASSED =
            Set.of(
                    "connection",
                    "content-length",
                    "expect",
                    "host",
                    "http2-settings",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "authorization",
                    "origin");

    /// @param at its host is an address
    /// @param prefix of this server's paths that stand for the other server's root
    /// @throws IOException when the other server does not answer
    public void pass(Exchange exchange, URI at, String prefix)
            throws IOException, InterruptedException {
        Request request = exchange.request();
        boolean takesOver = exchange.canUpgrade() && request.header("upgrade") != null;
        try (HttpCall call = new HttpCall(connect(at))) {
            String query = at.getRawQuery();
            call.send(
                    request.method(),
                    query == null ? at.getRawPath() : at.getRawPath() + "?" + query,
                    headers(request, at, prefix, takesOver),
                    request.body());
            back(exchange, call, call.answer(request.method()), at, prefix);
        }
    }

    private static Socket connect(URI at) throws IOException {
        boolean tls = at.getScheme().equals("https");
        int usual = tls ? HTTPS_PORT : HTTP_PORT;
        int port = at.getPort() < 0 ? usual : at.getPort();
        String host = at.getHost().replaceAll("[\\[\\]]", "");
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            return tls ? over(plain, host, port) : plain;
        } catch (IOException e) {
            plain.close();
            throw new IOException("dial tcp " + at.getRawAuthority() + ": " + reason(e), e);
        }
    }

    /// In Go's words.
    private static String reason(IOException e) {
        return switch (e) {
            case NoRouteToHostException _ -> "connect: no route to host";
            case ConnectException _ -> "connect: connection refused";
            case SocketTimeoutException _ -> "i/o timeout";
            default -> String.valueOf(e.getMessage());
        };
    }

    /// Certificates of pods are not checked, as Kubernetes does not: nobody could know their names.
    private static SSLSocket over(Socket plain, String host, int port) throws IOException {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, new TrustManager[] {new TrustAll()}, null);
            SSLSocket socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(plain, host, port, true);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no TLS", e);
        }
    }

    private static List<Map.Entry<String, String>> headers(
            Request from, URI at, String prefix, boolean takesOver) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        headers.add(Map.entry("host", at.getRawAuthority()));
        for (Map.Entry<String, String> header : from.allHeaders()) {
            String name = header.getKey();
            boolean told = name.equals("x-forwarded-for") || name.equals("x-forwarded-uri");
            if (!told && !NOT_PASSED.contains(name) && !name.startsWith(":")) {
                headers.add(header);
            }
        }
        String forwarded = from.header("x-forwarded-for");
        String peer = from.peer().address();
        headers.add(Map.entry("x-forwarded-uri", prefix + at.getRawPath()));
        headers.add(
                Map.entry("x-forwarded-for", forwarded == null ? peer : forwarded + ", " + peer));
        String upgrade = from.header("upgrade");
        headers.add(Map.entry("connection", takesOver ? "Upgrade" : "close"));
        if (takesOver && upgrade != null) {
            headers.add(Map.entry("upgrade", upgrade));
        }
        return headers;
    }

    private static void back(
            Exchange exchange, HttpCall call, HttpAnswer answer, URI at, String prefix)
            throws InterruptedException {
        String type = "";
        boolean isPacked = false;
        List<Answer.Header> headers = new ArrayList<>();
        for (Map.Entry<String, String> header : answer.headers()) {
            String name = header.getKey();
            String value = header.getValue();
            if (name.equals("content-type")) {
                type = value;
            } else if (!NOT_PASSED.contains(name) && !name.startsWith("access-control-")) {
                isPacked |= name.equals("content-encoding");
                String shown =
                        name.equals("location") ? ProxyLinks.location(value, at, prefix) : value;
                headers.add(new Answer.Header(name, shown));
            }
        }
        Answer head = new Answer(answer.code(), type, headers, List.of());
        if (answer.code() == HttpAnswer.SWITCHING) {
            Takeover.join(exchange, call, answer, head);
            return;
        }
        boolean html = type.toLowerCase(Locale.ROOT).startsWith("text/html") && !isPacked;
        InputStream body = answer.body();
        NodeStreams.relay(exchange, head, html ? new LinkedPage(body, prefix) : body);
    }
}
