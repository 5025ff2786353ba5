package kat.apiserver.streaming;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Exchange;
import kat.apiserver.http.HttpConfig;
import kat.apiserver.http.HttpServer;
import kat.apiserver.pki.Pki;
import kat.apiserver.pki.TlsContexts;
import kat.base.Randomness;
import kat.base.SystemTicker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A server before another one, which says what a test has it say.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ProxyFetchTest {

    private static final int PATIENCE_SECONDS = 60;
    private static final String PREFIX = "/front";

    @TempDir Path folder;
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> after = new LinkedBlockingQueue<>();
    private ServerSocket backend;
    private HttpServer front;
    private SSLContext trusting;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        backend = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        Pki pki = new Pki(folder, new SystemTicker(), Randomness.system());
        SslContext tls =
                TlsContexts.server(
                        pki.serving(List.of("localhost"), List.of("127.0.0.1")), pki.authority());
        front =
                new HttpServer(
                        new HttpConfig("127.0.0.1", 0, 1, 1 << 20),
                        () -> tls,
                        exchange -> Thread.ofVirtual().start(() -> pass(exchange)));
        front.start();
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, null);
        keys.setCertificateEntry("ca", pki.authority().certificate());
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(keys);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, managers.getTrustManagers(), null);
        client = HttpClient.newBuilder().sslContext(trusting).build();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        front.close();
        backend.close();
    }

    private void pass(Exchange exchange) {
        String query = exchange.request().rawQuery();
        URI at =
                URI.create(
                        "http://127.0.0.1:"
                                + backend.getLocalPort()
                                + exchange.request().path()
                                + (query.isEmpty() ? "" : "?" + query));
        try {
            new ProxyFetch().pass(exchange, at, PREFIX);
        } catch (IOException e) {
            exchange.send(
                    Answer.of(503, Answer.TEXT, String.valueOf(e.getMessage()).getBytes(UTF_8)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Has the server behind give one answer, and tell what came after the request's head.
    ///
    /// @param end whether its connection ends with the answer
    private void answer(String answer, boolean end) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (Socket socket = backend.accept()) {
                                InputStream in = socket.getInputStream();
                                asked.add(head(in));
                                OutputStream out = socket.getOutputStream();
                                out.write(answer.getBytes(ISO_8859_1));
                                out.flush();
                                if (!end) {
                                    byte[] come = new byte[64];
                                    for (int n = in.read(come); n >= 0; n = in.read(come)) {
                                        after.add(new String(come, 0, n, ISO_8859_1));
                                        out.write(come, 0, n);
                                        out.flush();
                                    }
                                    after.add("end");
                                }
                            } catch (IOException e) {
                                after.add("end");
                            }
                        });
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private HttpRequest.Builder request(String path, HttpClient.Version version) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + front.port() + path))
                .version(version);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(
                request(path, HttpClient.Version.HTTP_2).build(), BodyHandlers.ofString());
    }

    @Test
    void passesOnWhatBelongsToTheRequestAlone() throws Exception {
        answer(
                "HTTP/1.1 201 Created\r\nx-own: 1\r\naccess-control-allow-origin: *\r\n"
                        + "content-length: 2\r\nlocation: /next\r\n\r\nok",
                false);

        HttpResponse<String> answer =
                client.send(
                        request("/a%20b?x=1&y", HttpClient.Version.HTTP_2)
                                .header("authorization", "Bearer secret")
                                .header("x-own", "2")
                                .POST(HttpRequest.BodyPublishers.ofString("body"))
                                .build(),
                        BodyHandlers.ofString());

        assertEquals(201, answer.statusCode());
        assertEquals("ok", answer.body());
        assertEquals(List.of("1"), answer.headers().allValues("x-own"));
        assertEquals(List.of(PREFIX + "/next"), answer.headers().allValues("location"));
        assertTrue(answer.headers().allValues("access-control-allow-origin").isEmpty());
        String head = asked.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertTrue(head.startsWith("POST /a%20b?x=1&y HTTP/1.1\r\n"), head);
        assertTrue(head.contains("x-own: 2\r\n"), head);
        assertTrue(head.contains("x-forwarded-uri: /front/a%20b\r\n"), head);
        assertTrue(head.contains("content-length: 4\r\n"), head);
        assertFalse(head.contains("secret"), head);
        assertEquals("body", after.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void takesTheAnswerAfterWhatIsSaidBeforeIt() throws Exception {
        answer(
                "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
                true);

        assertEquals("ok", get("/").body());
    }

    @Test
    void leadsTheLinksOfPages() throws Exception {
        answer(
                "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n\r\n"
                        + "<a href=\"/x\">x</a>",
                true);

        assertEquals("<a href=\"/front/x\">x</a>", get("/").body());
    }

    @Test
    void saysWhereNobodyListens() throws Exception {
        int port = backend.getLocalPort();
        backend.close();

        assertEquals(
                "dial tcp 127.0.0.1:" + port + ": connect: connection refused", get("/").body());
    }

    @ParameterizedTest
    @EnumSource(
            value = HttpClient.Version.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void breaksOffWhereTheAnswerDoes(HttpClient.Version version) throws Exception {
        answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nbegun\r\n", true);

        assertThrows(
                IOException.class,
                () -> client.send(request("/", version).build(), BodyHandlers.ofString()));
    }

    @ParameterizedTest
    @EnumSource(
            value = HttpClient.Version.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void leavesAQuietServerWithItsClient(HttpClient.Version version) throws Exception {
        answer("HTTP/1.1 200 OK\r\n\r\n", false);
        HttpResponse<InputStream> answer =
                client.send(request("/", version).build(), BodyHandlers.ofInputStream());

        answer.body().close();

        assertEquals("end", after.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void joinsConnectionsThatAreTakenOver() throws Exception {
        answer(
                "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: own\r\n"
                        + "x-accept: yes\r\n\r\nhello",
                false);
        try (Socket socket = trusting.getSocketFactory().createSocket("127.0.0.1", front.port())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            OutputStream out = socket.getOutputStream();
            out.write(
                    "GET /s HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: own\r\n\r\n"
                            .getBytes(ISO_8859_1));
            InputStream in = socket.getInputStream();
            String head = head(in);

            assertTrue(head.startsWith("HTTP/1.1 101 "), head);
            assertTrue(head.contains("x-accept: yes\r\n"), head);
            assertTrue(asked.poll(PATIENCE_SECONDS, TimeUnit.SECONDS).contains("upgrade: own\r\n"));
            assertEquals("hello", new String(in.readNBytes(5), ISO_8859_1));
            out.write("echo".getBytes(ISO_8859_1));
            assertEquals("echo", new String(in.readNBytes(4), ISO_8859_1));
        }
        assertEquals("echo", after.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals("end", after.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }
}
