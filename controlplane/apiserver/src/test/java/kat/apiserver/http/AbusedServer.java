package kat.apiserver.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import kat.apiserver.pki.Pki;
import kat.apiserver.pki.TlsContexts;
import kat.base.Randomness;
import kat.base.SystemTicker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// A server for tests of clients that are slow, silent or greedy, and such clients.
abstract class AbusedServer {

    static final int CALM = 11;
    static final int CANCEL = 8;
    static final int REFUSED = 7;
    static final int FLOW = 3;
    static final int PROTOCOL = 1;

    static final Duration SHORT = Duration.ofMillis(300);
    static final Duration LONG = Duration.ofMinutes(5);
    static final int BODY = 1 << 20;
    static final int MOST_FRAMES = 30_000;
    static final int LARGE = 32 << 20;
    static final HttpLimits PATIENT =
            new HttpLimits(
                    LONG, LONG, LONG, LONG, LONG, LONG, Duration.ofMillis(50), 1000, 4L << 20);

    @TempDir static Path folder;
    final AtomicInteger handled = new AtomicInteger();
    private static SslContext tls;
    static SSLContext trusting;
    HttpServer server;

    @BeforeAll
    static void prepare() throws Exception {
        Pki pki = new Pki(folder, new SystemTicker(), Randomness.system());
        tls =
                TlsContexts.server(
                        pki.serving(List.of("localhost"), List.of("127.0.0.1")), pki.authority());
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, null);
        keys.setCertificateEntry("ca", pki.authority().certificate());
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(keys);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, managers.getTrustManagers(), null);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    void serve(HttpLimits limits) throws IOException {
        Handler handler =
                exchange -> {
                    handled.incrementAndGet();
                    int size = exchange.request().path().equals("/large") ? LARGE : 2;
                    exchange.send(Answer.of(200, Answer.TEXT, new byte[size]));
                };
        server =
                new HttpServer(new HttpConfig("127.0.0.1", 0, 1, BODY, limits), () -> tls, handler);
        server.start();
    }

    RawHttp2 client() throws IOException {
        return new RawHttp2(trusting, server.port());
    }

    Socket http1() throws IOException {
        Socket socket = trusting.getSocketFactory().createSocket("127.0.0.1", server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    static String rest(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = socket.getInputStream();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                text.append((char) next);
            }
        } catch (SocketException | SSLException e) {
            return text.toString();
        }
        return text.toString();
    }

    /// Whether somebody else gets an answer.
    void assertOthersAreServed() throws Exception {
        try (HttpClient other = HttpClient.newBuilder().sslContext(trusting).build()) {
            URI uri = URI.create("https://127.0.0.1:" + server.port() + "/");
            HttpRequest request = HttpRequest.newBuilder(uri).timeout(LONG).build();
            assertEquals(
                    200, other.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
        }
    }
}
