package kat.kubelet.probes;

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
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import kat.api.json.JsonObject;

/// One HTTP request that asks for nothing but a good status. Certificates are not checked, as
/// Kubernetes does not check them here.
///
/// **Source:** `pkg/probe/http`.
final class HttpCheck {

    private static final int MOST_BYTES = 10 * 1024;
    private static final int FIRST_BAD = 400;

    private HttpCheck() {}

    static Checks.Result run(JsonObject get, String host, int port, Duration timeout) {
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
            socket.getOutputStream().write(request(get, path, host + ":" + port));
            socket.getOutputStream().flush();
            return judge(socket.getInputStream());
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
        if (text.contains("refused")) {
            return "connect: connection refused";
        }
        if (text.contains("No route")) {
            return "connect: no route to host";
        }
        return e instanceof SocketTimeoutException ? "i/o timeout" : text;
    }

    private static byte[] request(JsonObject get, String path, String host) {
        StringBuilder text = new StringBuilder("GET ");
        text.append(path.startsWith("/") ? path : "/" + path).append(" HTTP/1.1\r\n");
        String wanted = host;
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
        text.append(agent ? "" : "User-Agent: kube-probe/1.36\r\n");
        text.append(accept ? "" : "Accept: */*\r\n");
        text.append("Connection: close\r\n\r\n");
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Checks.Result judge(InputStream answer) throws IOException {
        String head = new String(answer.readNBytes(12), StandardCharsets.ISO_8859_1);
        if (!head.matches("HTTP/1\\.[01] [1-5][0-9][0-9]")) {
            throw new IOException("malformed HTTP response \"" + head + "\"");
        }
        int status = Integer.parseInt(head.substring(9));
        int skipped = answer.readNBytes(MOST_BYTES).length;
        boolean good = status >= 200 && status < FIRST_BAD && skipped >= 0;
        return new Checks.Result(good, good ? "" : "HTTP probe failed with statuscode: " + status);
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
