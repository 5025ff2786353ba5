package kat.kubelet.probes;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// One HTTP request that asks for nothing but a good status. Certificates are not checked, as
/// Kubernetes does not check them here.
///
/// **Source:** `pkg/probe/http`.
final class HttpCheck {

    private static final int MOST_BYTES = 10 * 1024;
    private static final int FIRST_BAD = 400;
    private static final String PLAIN = "http: server gave HTTP response to HTTPS client";

    private HttpCheck() {}

    /// A probe: only a good status will do.
    static Checks.Result run(JsonObject get, String host, int port, Duration timeout) {
        return run(get, new Peer(host, port, "kube-probe"), timeout, HttpCheck::judge);
    }

    /// A hook: any answer will do. Where HTTPS was asked for and a server answers without TLS, it
    /// is asked without.
    ///
    /// **Source:** `runHTTPHandler` in `pkg/kubelet/lifecycle/handlers.go`.
    static Checks.Result hook(JsonObject get, String host, int port, Duration timeout) {
        Peer peer = new Peer(host, port, "kube-lifecycle");
        Checks.Result result = run(get, peer, timeout, HttpCheck::anyAnswer);
        if (result.success() || !get.string("scheme").equals("HTTPS") || !isPlain(result)) {
            return result;
        }
        JsonObject plain = get.without("scheme").with("httpHeaders", withoutSecret(get));
        return run(plain, peer, timeout, HttpCheck::anyAnswer);
    }

    private static boolean isPlain(Checks.Result result) {
        return result.output().endsWith(PLAIN);
    }

    private static JsonArray withoutSecret(JsonObject get) {
        List<Json> headers = new ArrayList<>();
        for (JsonObject header : get.array("httpHeaders").objects()) {
            if (!header.string("name").equalsIgnoreCase("Authorization")) {
                headers.add(header);
            }
        }
        return new JsonArray(headers);
    }

    /// Who is asked, and who asks.
    ///
    /// @param agent as the request names it
    private record Peer(String host, int port, String agent) {}

    /// What an answer means.
    private interface Judge {
        Checks.Result of(InputStream answer) throws IOException;
    }

    private static Checks.Result run(JsonObject get, Peer peer, Duration timeout, Judge judge) {
        String host = peer.host();
        int port = peer.port();
        boolean tls = get.string("scheme").equals("HTTPS");
        String path = get.string("path", "/");
        String url =
                (tls ? "https://" : "http://")
                        + host
                        + ":"
                        + port
                        + (path.startsWith("/") ? path : "/" + path);
        int millis = (int) timeout.toMillis();
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), millis);
            plain.setSoTimeout(millis);
            Socket socket =
                    tls
                            ? trusting().getSocketFactory().createSocket(plain, host, port, true)
                            : plain;
            socket.getOutputStream().write(request(get, path, peer));
            socket.getOutputStream().flush();
            return judge.of(new BufferedInputStream(socket.getInputStream()));
        } catch (SocketTimeoutException e) {
            return Checks.Result.failure(
                    "Get \""
                            + url
                            + "\": context deadline exceeded (Client.Timeout exceeded while"
                            + " awaiting headers)");
        } catch (IOException e) {
            String words = goWords(e);
            boolean dial = e instanceof ConnectException;
            String what = dial ? "dial tcp " + host + ":" + port + ": " + words : words;
            return Checks.Result.failure("Get \"" + url + "\": " + what);
        }
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

    private static byte[] request(JsonObject get, String path, Peer peer) {
        StringBuilder text = new StringBuilder("GET ");
        text.append(path.startsWith("/") ? path : "/" + path).append(" HTTP/1.1\r\n");
        String wanted = peer.host() + ":" + peer.port();
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

    private static Checks.Result anyAnswer(InputStream answer) throws IOException {
        int unused = status(answer);
        return new Checks.Result(true, "");
    }

    private static Checks.Result judge(InputStream answer) throws IOException {
        int status = status(answer);
        boolean good = status >= 200 && status < FIRST_BAD;
        return new Checks.Result(good, good ? "" : "HTTP probe failed with statuscode: " + status);
    }

    /// The status of an answer, once all of it that matters has come.
    private static int status(InputStream answer) throws IOException {
        String head = new String(answer.readNBytes(12), StandardCharsets.ISO_8859_1);
        if (!head.matches("HTTP/1\\.[01] [1-5][0-9][0-9]")) {
            throw new IOException("malformed HTTP response \"" + head + "\"");
        }
        int status = Integer.parseInt(head.substring(9));
        skipBody(answer);
        return status;
    }

    /// Reads the rest of an answer as far as its headers tell: a server may keep the connection
    /// open although it was asked to close it.
    private static void skipBody(InputStream answer) throws IOException {
        long length = Long.MAX_VALUE;
        String line = line(answer); // the words behind the status
        for (line = line(answer); !line.isEmpty(); line = line(answer)) {
            String field = line.toLowerCase(Locale.ROOT);
            if (field.startsWith("content-length:")) {
                length = length(field.substring("content-length:".length()).strip());
            } else if (field.startsWith("transfer-encoding:") && field.contains("chunked")) {
                length = 0; // whoever sends the first chunk has answered
            }
        }
        int unused = answer.readNBytes((int) Math.min(length, MOST_BYTES)).length;
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
