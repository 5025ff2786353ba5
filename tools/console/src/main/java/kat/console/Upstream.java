package kat.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import kat.base.Threads;
import kat.client.kubeconfig.Callers;
import kat.client.kubeconfig.KubeconfigException;
import kat.client.kubeconfig.SignIn;

/// The API server, asked in the name of the kubeconfig's user.
///
/// Only headers that the page needs are passed on; what it says of who it is never is.
///
/// **Threads:** any.
final class Upstream implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int UNAUTHORIZED = 401;
    private static final int HTTPS = 443;
    private static final int HTTP = 80;
    private static final int CHUNK = 16 << 10;

    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int MOST_ANSWER = 64 << 10; // bytes
    private static final String END = "\r\n\r\n";
    private static final String SWITCHING = "HTTP/1.1 101 ";
    private static final Pattern LENGTH =
            Pattern.compile("(?i)\r\ncontent-length: *([0-9]{1,6})\r\n");

    private static final Set<String> ASKED =
            Set.of("accept", "accept-encoding", "content-type", "if-none-match");
    private static final Set<String> ANSWERED =
            Set.of(
                    "content-type",
                    "content-encoding",
                    "content-length",
                    "audit-id",
                    "etag",
                    "retry-after",
                    "vary",
                    "warning");
    private static final Set<String> SOCKET =
            Set.of(
                    "sec-websocket-key",
                    "sec-websocket-version",
                    "sec-websocket-protocol",
                    "sec-websocket-extensions");

    private static final Pattern ACCEPT =
            Pattern.compile("[?&]kat-accept=((?:[A-Za-z0-9._*-]|%(?:2F|3B|3D|2C))*)(?:&|$)");

    private final URI server;
    private final Callers callers;

    /// @throws KubeconfigException when the user cannot be signed in
    Upstream(SignIn signIn) {
        this.callers = new Callers(signIn, CONNECT);
        this.server = callers.current().who().server();
    }

    private String target(Head head) {
        return server.getRawPath() + head.target().substring(1);
    }

    /// Passes a request on and its answer back, as it comes.
    ///
    /// @throws Answer.Cut when the answer cannot go on after its head was sent
    void forward(Head head, byte[] body, OutputStream out) throws IOException {
        Callers.Caller who = callers.current();
        HttpResponse<InputStream> answer = send(head, body, who);
        if (answer.statusCode() == UNAUTHORIZED && renews(who, answer)) {
            answer.body().close();
            answer = send(head, body, callers.current());
        }
        try (InputStream content = answer.body()) {
            List<Map.Entry<String, String>> headers = new ArrayList<>();
            answer.headers()
                    .map()
                    .forEach(
                            (name, values) -> {
                                if (ANSWERED.contains(name)) {
                                    values.forEach(v -> headers.add(Map.entry(name, v)));
                                }
                            });
            Answer.pass(answer.statusCode(), headers, content, head.method().equals("HEAD"), out);
        }
    }

    /// @throws KubeconfigException when the user cannot be signed in again; nobody reads the answer
    private boolean renews(Callers.Caller who, HttpResponse<InputStream> refusal)
            throws IOException {
        try {
            return callers.renew(who);
        } catch (KubeconfigException e) {
            refusal.body().close();
            throw e;
        }
    }

    private HttpResponse<InputStream> send(Head head, byte[] body, Callers.Caller who)
            throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(target(head)))
                        .method(
                                head.method(),
                                body.length == 0
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofByteArray(body));
        for (Map.Entry<String, String> header : head.headers()) {
            if (ASKED.contains(header.getKey())) {
                request.header(header.getKey(), header.getValue());
            }
        }
        request.header("user-agent", "kat-console");
        String authorization = who.who().authorization();
        if (!authorization.isEmpty()) {
            request.header("authorization", authorization);
        }
        try {
            return who.client().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Opens a WebSocket to the server and passes bytes both ways until one side ends. When the
    /// server answers anything but 101 its answer is passed on and nothing further: what the
    /// browser sends then would be read as requests.
    ///
    /// @param client the browser's connection; its head is read
    void tunnel(Head head, Socket client, Threads threads) throws IOException {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        headers.add(Map.entry("host", server.getRawAuthority()));
        headers.add(Map.entry("connection", "Upgrade"));
        headers.add(Map.entry("upgrade", "websocket"));
        headers.add(Map.entry("origin", server.getScheme() + "://" + server.getRawAuthority()));
        String accept = accept(head.target());
        if (!accept.isEmpty()) {
            headers.add(Map.entry("accept", accept));
        }
        head.headers().stream()
                .filter(header -> SOCKET.contains(header.getKey()))
                .forEach(headers::add);
        Callers.Caller who = callers.current();
        String authorization = who.who().authorization();
        if (!authorization.isEmpty()) {
            headers.add(Map.entry("authorization", authorization));
        }
        try (Socket far = connect(who.tls())) {
            far.getOutputStream().write(new Head("GET", target(head), headers).bytes());
            far.setSoTimeout((int) ANSWER.toMillis());
            byte[] answer = answer(far.getInputStream());
            client.getOutputStream().write(answer);
            if (!new String(answer, StandardCharsets.ISO_8859_1).startsWith(SWITCHING)) {
                return;
            }
            far.setSoTimeout(0);
            client.setSoTimeout(0);
            Threads.Running back = threads.start("kat-console-tunnel", () -> copy(far, client));
            copy(client, far);
            back.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// The head of an answer, and the body that its length tells.
    private static byte[] answer(InputStream in) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        int ending = 0;
        while (ending < END.length()) {
            int next = in.read();
            if (next < 0 || read.size() >= MOST_ANSWER) {
                throw new IOException("the server gives no answer of HTTP");
            }
            read.write(next);
            int again = next == END.charAt(0) ? 1 : 0;
            ending = next == END.charAt(ending) ? ending + 1 : again;
        }
        Matcher length = LENGTH.matcher(read.toString(StandardCharsets.ISO_8859_1));
        if (length.find()) {
            read.write(in.readNBytes(Math.min(MOST_ANSWER, Integer.parseInt(length.group(1)))));
        }
        return read.toByteArray();
    }

    /// No page can set headers of a WebSocket: it says in the query what it takes.
    private static String accept(String target) {
        Matcher found = ACCEPT.matcher(target);
        return found.find() ? URLDecoder.decode(found.group(1), StandardCharsets.UTF_8) : "";
    }

    private Socket connect(SSLContext tls) throws IOException {
        boolean secure = "https".equals(server.getScheme());
        int port = server.getPort() >= 0 ? server.getPort() : secure ? HTTPS : HTTP;
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(server.getHost(), port), (int) CONNECT.toMillis());
            if (!secure) {
                return plain;
            }
            SSLSocket socket =
                    (SSLSocket)
                            tls.getSocketFactory()
                                    .createSocket(plain, server.getHost(), port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /// Copies until the end; then nothing more can come on either side.
    private static void copy(Socket from, Socket to) {
        byte[] chunk = new byte[CHUNK];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                out.write(chunk, 0, n);
            }
        } catch (IOException ended) {
            System.getLogger("kat.console").log(System.Logger.Level.DEBUG, "tunnel ended", ended);
        }
    }

    @Override
    public void close() {
        callers.close();
    }
}
