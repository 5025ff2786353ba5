package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How often, and how many at once, clients may ask.
class LimitsTest {

    private static final String HOST = "a.example.com";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answers = new CountDownLatch(1);
    private HttpServer server;
    private TestIngress ingress;

    @BeforeEach
    void starts() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    if (exchange.getRequestURI().getPath().equals("/slow")) {
                        asked.countDown();
                        await(answers);
                    }
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
        ingress = new TestIngress();
        ingress.put(service("one"), slice("one", 1, server.getAddress().getPort()));
    }

    @AfterEach
    void stops() {
        answers.countDown();
        ingress.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private int serve(String annotations) throws Exception {
        ingress.put(ingress("a", annotations, rule(HOST, "/", "Prefix", "one")));
        return ingress.port();
    }

    private static int status(int port, String path) throws IOException {
        return RawHttp.get(port, HOST, path).status();
    }

    @Test
    void refusesWhoAsksTooOften() throws Exception {
        int port = serve("limit-rpm: \"1\"\nlimit-burst-multiplier: \"2\"");

        assertEquals(204, status(port, "/"));
        assertEquals(204, status(port, "/"));
        assertEquals(204, status(port, "/"));
        assertEquals(503, status(port, "/"));
    }

    @Test
    void remembersWhoAskedWhenTheTableChanges() throws Exception {
        int port = serve("limit-rpm: \"1\"\nlimit-burst-multiplier: \"1\"");
        assertEquals(204, status(port, "/"));
        assertEquals(204, status(port, "/"));

        ingress.put(ingress("b", "", rule("b.example.com", "/", "Prefix", "one")));
        TestIngress.await(() -> RawHttp.get(port, "b.example.com", "/").status() == 204);

        assertEquals(503, status(port, "/"));
    }

    @Test
    void doesNotLimitWhoIsExempt() throws Exception {
        int port =
                serve(
                        """
                        limit-rpm: "1"
                        limit-burst-multiplier: "1"
                        limit-whitelist: 192.0.2.0/24,127.0.0.0/8
                        """);

        for (int i = 0; i < 10; i++) {
            assertEquals(204, status(port, "/"));
        }
    }

    @Test
    void refusesMoreAtOnceThanAllowed() throws Exception {
        int port = serve("limit-connections: \"1\"");
        try (RawHttp slow = new RawHttp(port)) {
            slow.send("GET /slow HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n");
            asked.await();

            assertEquals(503, status(port, "/"));
            answers.countDown();
            assertEquals(204, slow.read().status());
        }

        TestIngress.await(() -> status(port, "/") == 204);
    }
}
