package kat.apiserver.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.SslContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.apiserver.pki.Pki;
import kat.apiserver.pki.TlsContexts;
import kat.base.Randomness;
import kat.base.SystemTicker;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A producer that is faster than the connection's own thread.
class SlowConnectionTest {

    private static final int PART = 1 << 10;

    @TempDir Path folder;

    /// Writes as long as it may while it holds the connection's thread, so that nothing can leave.
    private static int fill(Outflow out) {
        int parts = 0;
        while (out.isWritable() && parts < 10_000) {
            out.write(new byte[PART]);
            parts++;
        }
        return parts;
    }

    @ParameterizedTest
    @EnumSource(
            value = HttpClient.Version.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void isToldToWaitAndThenToGoOn(HttpClient.Version version) throws Exception {
        CompletableFuture<Integer> parts = new CompletableFuture<>();
        Pki pki = new Pki(folder, new SystemTicker(), Randomness.system());
        SslContext tls =
                TlsContexts.server(
                        pki.serving(List.of("localhost"), List.of("127.0.0.1")), pki.authority());
        Handler handler =
                exchange ->
                        exchange.later(
                                () -> {
                                    Outflow out =
                                            exchange.stream(
                                                    Answer.of(200, "text/plain", new byte[0]));
                                    out.onWritable(out::end);
                                    parts.complete(fill(out));
                                });
        try (HttpServer server =
                        new HttpServer(
                                new HttpConfig("127.0.0.1", 0, 1, 1024), () -> tls, handler);
                HttpClient client =
                        HttpClient.newBuilder()
                                .version(version)
                                .sslContext(trusting(pki))
                                .build()) {
            server.start();
            URI uri = URI.create("https://127.0.0.1:" + server.port() + "/");
            byte[] body =
                    client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray())
                            .body();
            assertTrue(parts.join() * PART <= Backlog.MOST_BYTES + PART, "parts: " + parts.join());
            assertEquals(parts.join() * PART, body.length);
        }
    }

    private static SSLContext trusting(Pki pki) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", pki.authority().certificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
