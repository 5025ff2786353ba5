package kat.kubelet.probes;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.base.Deadline;
import kat.base.Ticker;

/// One HTTP request that asks for nothing but a good status, and follows redirects within its
/// host. Certificates are not checked, as Kubernetes does not check them here.
///
/// **Source:** `pkg/probe/http`.
///
/// @param ticker for the time that all requests of a look have together
record HttpCheck(Ticker ticker) {

    private static final int MOST_BYTES = 10 * 1024;
    private static final int FIRST_REDIRECT = 300;
    private static final int FIRST_BAD = 400;

    /// In place of one request, where it leads on.
    private static final int MOST_REQUESTS = 10;

    private static final Set<Integer> FOLLOWED = Set.of(301, 302, 303, 307, 308);
    private static final String PLAIN = "http: server gave HTTP response to HTTPS client";

    /// A probe: only a good status will do.
    Checks.Result run(JsonObject get, String host, int port, Duration timeout) {
        return run(get, new Peer(host, port, "kube-probe", timeout), HttpCheck::judge);
    }

    /// A hook: any answer will do. Where HTTPS was asked for and a server answers without TLS, it
    /// is asked without.
    ///
    /// **Source:** `runHTTPHandler` in `pkg/kubelet/lifecycle/handlers.go`.
    Checks.Result hook(JsonObject get, String host, int port, Duration timeout) {
        Peer peer = new Peer(host, port, "kube-lifecycle", timeout);
        Checks.Result result = run(get, peer, HttpCheck::anyAnswer);
        if (result.success() || !get.string("scheme").equals("HTTPS") || !isPlain(result)) {
            return result;
        }
        JsonObject plain = get.without("scheme").with("httpHeaders", without(get, "Authorization"));
        Checks.Result second = run(plain, peer, HttpCheck::anyAnswer);
        if (!second.success()) {
            return second;
        }
        String asked = "request to HTTPS lifecycle hook " + host + ":" + port;
        return new Checks.Result(true, asked + " got HTTP response, retry with HTTP succeeded");
    }

    private static boolean isPlain(Checks.Result result) {
        return result.output().endsWith(PLAIN);
    }

    private static JsonArray without(JsonObject get, String name) {
        List<Json> headers = new ArrayList<>();
        for (JsonObject header : get.array("httpHeaders").objects()) {
            if (!header.string("name").equalsIgnoreCase(name)) {
                headers.add(header);
            }
        }
        return new JsonArray(headers);
    }

    /// Who is asked, who asks, and how long there is for all of it.
    ///
    /// @param agent as the request names it
    /// @param timeout zero for none
    private record Peer(String host, int port, String agent, Duration timeout) {

        String authority() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /// What was answered.
    ///
    /// @param location where a redirect leads; empty where it says nothing
    private record Answered(int status, String location, String body) {

        boolean leadsOn() {
            return FOLLOWED.contains(status) && !location.isEmpty();
        }
    }

    /// What an answer means.
    private interface Judge {
        Checks.Result of(Answered answer);
    }

    /// Asks, and goes where redirects lead as long as they stay at the host, all in one time.
    private Checks.Result run(JsonObject get, Peer peer, Judge judge) {
        String scheme = get.string("scheme").equals("HTTPS") ? "https" : "http";
        ProbeUrl url = ProbeUrl.of(scheme, peer.authority(), get.string("path"));
        Deadline deadline = Deadline.in(peer.timeout(), ticker);
        JsonObject wanted = get;
        for (int asked = 1; ; asked++) {
            Answered answer;
            ProbeUrl next;
            boolean isAbsolute;
            try {
                answer = ask(url, request(wanted, url, peer), millisLeft(peer, deadline));
                if (!answer.leadsOn()) {
                    return judge.of(answer);
                }
                next = url.resolve(answer.location());
                isAbsolute = ProbeUrl.isAbsolute(answer.location());
            } catch (IOException e) {
                return Checks.Result.failure("Get \"" + url + "\": " + words(e, url));
            } catch (URISyntaxException e) {
                return Checks.Result.failure(
                        "Get \"" + url + "\": failed to parse Location header: " + e.getMessage());
            }
            if (!peer.host().equals(next.host())) {
                return judge.of(answer);
            }
            if (asked == MOST_REQUESTS) {
                String to = answer.location();
                return Checks.Result.failure(
                        "Get \"" + to + "\": stopped after " + MOST_REQUESTS + " redirects");
            }
            wanted = isAbsolute ? withoutHost(wanted) : wanted;
            url = next;
        }
    }

    /// What a socket takes as its time-out, of which zero is none.
    ///
    /// @throws SocketTimeoutException when nothing is left
    private int millisLeft(Peer peer, Deadline deadline) throws SocketTimeoutException {
        if (peer.timeout().isZero()) {
            return 0;
        }
        if (deadline.isOver(ticker)) {
            throw new SocketTimeoutException("no time is left");
        }
        return (int) Math.max(1, deadline.remaining(ticker).toMillis());
    }

    /// Another name of the host counts as long as no redirect names it.
    private static JsonObject withoutHost(JsonObject get) {
        return get.with("httpHeaders", without(get, "Host"));
    }

    private static Answered ask(ProbeUrl url, byte[] request, int millis) throws IOException {
        boolean tls = url.scheme().equals("https");
        if (!tls && !url.scheme().equals("http")) {
            throw new IOException("unsupported protocol scheme \"" + url.scheme() + "\"");
        }
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(url.host(), url.port()), millis);
            plain.setSoTimeout(millis);
            Socket socket =
                    tls
                            ? trusting()
                                    .getSocketFactory()
                                    .createSocket(plain, url.host(), url.port(), true)
                            : plain;
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return answered(new BufferedInputStream(socket.getInputStream()));
        }
    }

    private static String words(IOException e, ProbeUrl url) {
        if (e instanceof SocketTimeoutException) {
            return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
        }
        String words = goWords(e);
        return e instanceof ConnectException ? "dial tcp " + url.authority() + ": " + words : words;
    }

    /// The failure as Go words it.
    static String goWords(IOException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("Unsupported or unrecognized SSL message")) {
            return PLAIN;
        }
        if (text.contains("refused")) {
            return "connect: connection refused";
        }
        if (text.contains("No route")) {
            return "connect: no route to host";
        }
        return e instanceof SocketTimeoutException ? "i/o timeout" : text;
    }

    private static byte[] request(JsonObject get, ProbeUrl url, Peer peer) {
        StringBuilder text = new StringBuilder("GET ");
        text.append(url.target()).append(" HTTP/1.1\r\n");
        String wanted = url.authority();
        boolean agent = false;
        boolean accept = false;
        StringBuilder more = new StringBuilder();
        for (JsonObject header : get.array("httpHeaders").objects()) {
            String name = header.string("name");
            if (name.equalsIgnoreCase("Host")) {
                wanted = header.string("value");
                continue;
            }
            agent |= name.equalsIgnoreCase("User-Agent");
            accept |= name.equalsIgnoreCase("Accept");
            more.append(name).append(": ").append(header.string("value")).append("\r\n");
        }
        text.append("Host: ").append(wanted).append("\r\n").append(more);
        text.append(agent ? "" : "User-Agent: " + peer.agent() + "/1.36\r\n");
        text.append(accept ? "" : "Accept: */*\r\n");
        text.append("Connection: close\r\n\r\n");
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Checks.Result anyAnswer(Answered answer) {
        return new Checks.Result(true, "");
    }

    private static Checks.Result judge(Answered answer) {
        int status = answer.status();
        if (status >= FIRST_REDIRECT && status < FIRST_BAD) {
            return new Checks.Result(
                    true, true, "Probe terminated redirects, Response body: " + answer.body());
        }
        boolean good = status >= 200 && status < FIRST_REDIRECT;
        return new Checks.Result(good, good ? "" : "HTTP probe failed with statuscode: " + status);
    }

    /// An answer, once all of it that matters has come: a server may keep the connection open
    /// although it was asked to close it.
    private static Answered answered(InputStream answer) throws IOException {
        String head = new String(answer.readNBytes(12), StandardCharsets.ISO_8859_1);
        if (!head.matches("HTTP/1\\.[01] [1-5][0-9][0-9]")) {
            throw new IOException("malformed HTTP response \"" + head + "\"");
        }
        long length = Long.MAX_VALUE;
        String location = "";
        String line = line(answer); // the words behind the status
        for (line = line(answer); !line.isEmpty(); line = line(answer)) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            switch (name) {
                case "content-length" -> length = length(value);
                case "location" -> location = value;
                case "transfer-encoding" -> {
                    if (value.toLowerCase(Locale.ROOT).contains("chunked")) {
                        length = 0; // whoever sends the first chunk has answered
                    }
                }
                default -> {}
            }
        }
        byte[] body = answer.readNBytes((int) Math.min(length, MOST_BYTES));
        return new Answered(
                Integer.parseInt(head.substring(9)),
                location,
                new String(body, StandardCharsets.UTF_8));
    }

    private static long length(String digits) throws IOException {
        if (!digits.matches("[0-9]{1,18}")) {
            throw new IOException("bad Content-Length \"" + digits + "\"");
        }
        return Long.parseLong(digits);
    }

    /// The next line without its end; what is left of the header when that is too long.
    private static String line(InputStream answer) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = answer.read(); c >= 0 && c != '\n' && line.length() < MOST_BYTES; ) {
            line.append((char) c);
            c = answer.read();
        }
        return line.toString().stripTrailing();
    }

    private static SSLContext trusting() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustsAll()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot set up TLS", e);
        }
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
