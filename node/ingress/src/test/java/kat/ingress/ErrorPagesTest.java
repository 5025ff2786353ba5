package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A Service shows pages in place of errors.
class ErrorPagesTest {

    private static final String HOST = "a.example.com";
    private static final String PAGES =
            "default-backend: pages\ncustom-http-errors: 401,404,413,503";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer failing;
    private TestServer pages;
    private TestIngress ingress;

    @BeforeEach
    void starts() throws Exception {
        failing = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        failing.setExecutor(threads);
        failing.createContext(
                "/",
                exchange -> {
                    String status = exchange.getRequestURI().getPath().substring(1);
                    byte[] body = "own words".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                    exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"r\"");
                    exchange.sendResponseHeaders(Integer.parseInt(status), body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        failing.start();
        pages = new TestServer("pages");
        ingress = new TestIngress();
        ingress.put(service("one"), service("pages"));
    }

    @AfterEach
    void stops() {
        ingress.close();
        pages.close();
        failing.stop(0);
        threads.shutdownNow();
    }

    private int serve(String annotations) throws Exception {
        ingress.put(slice("one", 1, failing.getAddress().getPort()));
        ingress.put(slice("pages", 1, pages.port()));
        return serveAlone(annotations);
    }

    private int serveAlone(String annotations) throws Exception {
        ingress.put(ingress("a", annotations, rule(HOST, "/", "Prefix", "one")));
        return ingress.port();
    }

    private static RawHttp.Response get(int port, String path, String... headers)
            throws IOException {
        return RawHttp.get(port, HOST, path, headers);
    }

    @Test
    void tellsTheServiceOfPagesWhatHappened() throws Exception {
        int port = serve(PAGES);

        RawHttp.Response page =
                get(port, "/404?x=y", "Accept: text/html", "X-Code: 1", "X-Request-ID: r1");

        assertEquals(200, page.status());
        for (String wanted :
                new String[] {
                    "pages GET /\n",
                    "X-code=[404]",
                    "X-format=[text/html]",
                    "X-original-uri=[/404?x=y]",
                    "X-namespace=[default]",
                    "X-ingress-name=[a]",
                    "X-service-name=[one]",
                    "X-service-port=[80]",
                    "X-request-id=[r1]",
                    "X-forwarded-for=[127.0.0.1]",
                    "Host=[" + HOST + "]"
                }) {
            assertTrue(page.body().contains(wanted), wanted + " is in " + page.body());
        }
        assertFalse(page.body().contains("own words"), page.body());
    }

    @Test
    void leavesOtherAnswersAlone() throws Exception {
        int port = serve(PAGES);

        assertEquals("own words", get(port, "/200").body());
        RawHttp.Response other = get(port, "/500");
        assertEquals(500, other.status());
        assertEquals("own words", other.body());
    }

    @Test
    void keepsTheChallengeOfAServer() throws Exception {
        int port = serve(PAGES);

        RawHttp.Response page = get(port, "/401");

        assertTrue(page.body().contains("X-code=[401]"), page.body());
        assertEquals("Basic realm=\"r\"", page.header("www-authenticate"));
    }

    @Test
    void showsPagesForItsOwnAnswersAndServesOn() throws Exception {
        int port = serve(PAGES + "\nproxy-body-size: \"10\"");
        try (RawHttp http = new RawHttp(port)) {
            http.send("POST /200 HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Length: 2000\r\n\r\n");
            http.send("x".repeat(2000));

            RawHttp.Response page = http.read();

            assertTrue(page.body().startsWith("pages GET /\n"), page.body());
            assertTrue(page.body().contains("X-code=[413]"), page.body());
            assertFalse(page.body().contains("Content-length"), page.body());
            assertEquals("own words", http.get(HOST, "/200").body());
        }
    }

    @Test
    void givesTheBareStatusWhereThereIsNoPage() throws Exception {
        ingress.put(slice("one", 1, failing.getAddress().getPort()));
        int port = serveAlone(PAGES);

        RawHttp.Response answer = get(port, "/404");

        assertEquals(404, answer.status());
        assertEquals("404 Not Found\n", answer.body());
    }

    @Test
    void hasRequestsForWhichNoServerIsReady() throws Exception {
        ingress.put(slice("pages", 1, pages.port()));
        int port = serveAlone("default-backend: pages");

        assertTrue(get(port, "/p?q").body().startsWith("pages GET /p?q\n"));

        ingress.put(slice("one", 1, failing.getAddress().getPort()));

        TestIngress.await(() -> get(port, "/200").body().equals("own words"));
    }

    @Test
    void saysThatNobodyShowsPages() throws Exception {
        int unused = serve("custom-http-errors: \"404\"");

        TestIngress.await(
                () ->
                        ingress.api().events().stream()
                                .anyMatch(event -> event.contains("default-backend must be")));
    }
}
