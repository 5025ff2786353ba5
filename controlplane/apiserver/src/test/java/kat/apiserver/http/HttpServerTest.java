package kat.apiserver.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.apiserver.pki.Pki;
import kat.apiserver.pki.TlsContexts;
import kat.base.Randomness;
import kat.base.SystemTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HttpServerTest {

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
    void makesAProducerWaitThatIsFasterThanTheConnection(HttpClient.Version version)
            throws Exception {
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

    @Test
    void takesALargeAnswerApartOnlyAsFastAsTheClientReads() throws Exception {
        AtomicInteger taken = new AtomicInteger();
        byte[] part = new byte[10_000];
        Arrays.fill(part, (byte) 'x');
        List<byte[]> parts =
                new AbstractList<>() {
                    @Override
                    public byte[] get(int index) {
                        taken.incrementAndGet();
                        return part;
                    }

                    @Override
                    public int size() {
                        return 10_000;
                    }
                };
        Pki pki = new Pki(folder, new SystemTicker(), Randomness.system());
        SslContext tls =
                TlsContexts.server(
                        pki.serving(List.of("localhost"), List.of("127.0.0.1")), pki.authority());
        Handler handler = exchange -> exchange.send(new Answer(200, Answer.TEXT, List.of(), parts));
        try (HttpServer server =
                        new HttpServer(
                                new HttpConfig("127.0.0.1", 0, 1, 1024), () -> tls, handler);
                HttpClient client =
                        HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_1_1)
                                .sslContext(trusting(pki))
                                .build()) {
            server.start();
            URI uri = URI.create("https://127.0.0.1:" + server.port() + "/");
            for (int round = 0; round < 2; round++) { // the connection serves on
                taken.set(0);
                try (InputStream body =
                        client.send(
                                        HttpRequest.newBuilder(uri).build(),
                                        BodyHandlers.ofInputStream())
                                .body()) {
                    assertEquals('x', body.read());
                    int forTheLength = parts.size();
                    assertTrue(taken.get() < forTheLength * 3 / 2, "taken: " + taken.get());
                    assertEquals(100_000_000 - 1, body.transferTo(OutputStream.nullOutputStream()));
                }
            }
        }
    }

    @Test
    void tellsTheEndOfAnswersBeforeItIsClosed() throws Exception {
        CompletableFuture<Thread> closing = new CompletableFuture<>();
        CompletableFuture<Thread.State> toldWhile = new CompletableFuture<>();
        Pki pki = new Pki(folder, new SystemTicker(), Randomness.system());
        SslContext tls =
                TlsContexts.server(
                        pki.serving(List.of("localhost"), List.of("127.0.0.1")), pki.authority());
        Handler handler =
                exchange -> {
                    Outflow out = exchange.stream(Answer.of(200, Answer.TEXT, new byte[1]));
                    out.onClosed(() -> toldWhile.complete(whenItRests(closing.join())));
                };
        try (HttpServer server =
                        new HttpServer(
                                new HttpConfig("127.0.0.1", 0, 1, 1024), () -> tls, handler);
                HttpClient client = HttpClient.newBuilder().sslContext(trusting(pki)).build()) {
            server.start();
            URI uri = URI.create("https://127.0.0.1:" + server.port() + "/");
            client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream());
            Thread closer = Thread.ofPlatform().unstarted(server::close);
            closing.complete(closer);
            closer.start();
            assertEquals(Thread.State.TIMED_WAITING, toldWhile.join());
            closer.join();
            client.shutdownNow();
        }
    }

    /// The state in which a thread waits or has ended.
    private static Thread.State whenItRests(Thread thread) {
        Thread.State state = thread.getState();
        while (state == Thread.State.NEW || state == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
            state = thread.getState();
        }
        return state;
    }

    @Test
    void tellsTheAddressThatIsInUse() throws Exception {
        HttpConfig free = new HttpConfig("127.0.0.1", 0, 1, 1024);
        try (HttpServer first = new HttpServer(free, HttpServerTest::noTls, Exchange::request)) {
            first.start();
            HttpConfig taken = new HttpConfig("127.0.0.1", first.port(), 1, 1024);
            try (HttpServer second =
                    new HttpServer(taken, HttpServerTest::noTls, Exchange::request)) {
                IOException refused = assertThrows(IOException.class, second::start);
                assertEquals(
                        "cannot listen on 127.0.0.1:" + first.port() + ": Address already in use",
                        refused.getMessage());
            }
        }
    }

    private static SslContext noTls() {
        throw new AssertionError("nobody connects");
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
