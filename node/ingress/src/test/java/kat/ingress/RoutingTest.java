package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import kat.api.Kinds;
import kat.api.ObjectKey;
import kat.base.metrics.Exposition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests over real sockets to real servers.
class RoutingTest {

    private TestServer one;
    private TestServer two;
    private TestIngress ingress;

    @BeforeEach
    void starts() throws Exception {
        one = new TestServer("one");
        two = new TestServer("two");
        ingress = new TestIngress();
        ingress.put(service("one"), service("two"));
        ingress.put(slice("one", 1, one.port()), slice("two", 1, two.port()));
    }

    @AfterEach
    void stops() {
        ingress.close();
        one.close();
        two.close();
    }

    @Test
    void sendsRequestsWhereHostAndPathSay() throws Exception {
        ingress.put(
                ingress("a", "", rule("a.example.com", "/api", "Prefix", "one")),
                ingress("b", "", rule("*.example.org", "/", "Prefix", "two")));
        int port = ingress.port();
        TestIngress.await(() -> RawHttp.get(port, "x.example.org", "/").status() == 200);

        assertTrue(
                RawHttp.get(port, "a.example.com", "/api/x?y=1")
                        .body()
                        .startsWith("one GET /api/x?y=1\n"));
        assertTrue(
                RawHttp.get(port, "A.example.com:" + port, "/api")
                        .body()
                        .startsWith("one GET /api\n"));
        assertTrue(RawHttp.get(port, "x.example.org", "/z").body().startsWith("two GET /z\n"));
        assertEquals(404, RawHttp.get(port, "a.example.com", "/apix").status());
        assertEquals(404, RawHttp.get(port, "x.y.example.org", "/").status());
    }

    @Test
    void tellsServersWhoAsked() throws Exception {
        ingress.put(ingress("a", "", rule("a.example.com", "/", "Prefix", "one")));
        int port = ingress.port();

        String told =
                RawHttp.get(
                                port,
                                "a.example.com",
                                "/",
                                "X-Forwarded-For: 6.6.6.6",
                                "Connection: close, X-Private",
                                "X-Private: 1",
                                "Keep-Alive: timeout=5")
                        .body();

        assertTrue(told.contains("X-forwarded-for=[127.0.0.1]"), told);
        assertTrue(told.contains("X-original-forwarded-for=[6.6.6.6]"), told);
        assertTrue(told.contains("X-forwarded-proto=[http]"), told);
        assertTrue(told.contains("X-forwarded-host=[a.example.com]"), told);
        assertTrue(told.contains("X-real-ip=[127.0.0.1]"), told);
        assertTrue(told.contains("Host=[a.example.com]"), told);
        assertTrue(told.contains("X-request-id=["), told);
        assertFalse(told.contains("X-private"), told);
        assertFalse(told.contains("Keep-alive"), told);
    }

    @Test
    void servesManyRequestsOnOneConnection() throws Exception {
        ingress.put(ingress("a", "", rule("", "/", "Prefix", "one")));
        try (RawHttp http = new RawHttp(ingress.port())) {
            for (int i = 0; i < 20; i++) {
                assertTrue(http.get("any", "/" + i).body().startsWith("one GET /" + i + "\n"));
            }
            http.send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
            assertTrue(http.read().body().endsWith("hello"));
            http.send("POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            http.send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
            assertTrue(http.read().body().endsWith("abcde"));
            http.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
            assertTrue(http.read().body().startsWith("one GET /1\n"));
            assertTrue(http.read().body().startsWith("one GET /2\n"));
            http.send("HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n");
            assertEquals(200, http.read(false).status());
            assertTrue(http.get("x", "/after").body().startsWith("one GET /after\n"));
        }
    }

    @Test
    void refusesWhatTwoProgramsCouldReadDifferently() throws Exception {
        ingress.put(ingress("a", "", rule("", "/", "Prefix", "one")));
        int port = ingress.port();

        for (String head :
                new String[] {
                    "Content-Length: 5\r\nTransfer-Encoding: chunked",
                    "Content-Length: 5\r\nContent-Length: 6",
                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                    "Transfer-Encoding: xchunked",
                    "Transfer-Encoding: chunked, identity",
                    "Content-Length: +5",
                    "Content-Length : 5",
                    "X: y\r\nHost: other",
                }) {
            try (RawHttp http = new RawHttp(port)) {
                http.send("POST / HTTP/1.1\r\nHost: x\r\n" + head + "\r\n\r\n0\r\n\r\nGET /");
                assertEquals(400, http.read().status(), head);
            }
        }
        try (RawHttp http = new RawHttp(port)) {
            http.send("GET / HTTP/1.1\r\n\r\n");
            assertEquals(400, http.read().status());
        }
        try (RawHttp http = new RawHttp(port)) {
            http.send("GET /../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n");
            assertEquals(400, http.read().status());
        }
    }

    @Test
    void countsRequestsUnderTheNamesOfIngressNginx() throws Exception {
        ingress.put(ingress("a", "", rule("a.example.com", "/", "Prefix", "one")));
        int port = ingress.port();
        assertEquals(200, RawHttp.get(port, "a.example.com", "/").status());

        String counted =
                "nginx_ingress_controller_requests{ingress=\"a\",namespace=\"default\","
                        + "service=\"one\",host=\"a.example.com\",path=\"/\",method=\"GET\","
                        + "status=\"200\"} 1\n";
        TestIngress.await(() -> Exposition.of(List.of(ingress.controller())).contains(counted));
    }

    @Test
    void answers503WithoutServersAnd404WithoutRoute() throws Exception {
        ingress.put(
                service("none"), ingress("a", "", rule("a.example.com", "/", "Prefix", "none")));
        int port = ingress.port();

        assertEquals(503, RawHttp.get(port, "a.example.com", "/").status());
        assertEquals(404, RawHttp.get(port, "b.example.com", "/").status());
    }

    @Test
    void asksTheNextServerWhenOneRefusesConnections() throws Exception {
        int gone;
        try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
            gone = free.getLocalPort();
        }
        ingress.put(slice("one", 2, gone));
        ingress.put(ingress("a", "", rule("", "/", "Prefix", "one")));
        int port = ingress.port();

        IntStream.range(0, 20)
                .forEach(
                        i -> {
                            try {
                                assertEquals(200, RawHttp.get(port, "x", "/").status());
                            } catch (java.io.IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        });
    }

    @Test
    void listensOnlyWhileThereIsAnIngress() throws Exception {
        assertEquals(0, ingress.controller().httpPort());
        assertFalse(ingress.api().watched().contains(Kinds.SECRET));
        assertFalse(ingress.api().watched().contains(Kinds.SERVICE));

        ingress.put(ingress("a", "", rule("", "/", "Prefix", "one")));
        int port = ingress.port();
        assertEquals(200, RawHttp.get(port, "x", "/").status());
        ingress.api().remove(Kinds.INGRESS, ObjectKey.of("default", "a"));

        TestIngress.await(() -> ingress.controller().httpPort() == 0);
    }

    @Test
    void tellsWhereItServesAndWhatIsWrong() throws Exception {
        ingress.put(
                ingress(
                        "a",
                        "configuration-snippet: more_set_headers",
                        rule("", "/", "Prefix", "missing")));
        int port = ingress.port();

        TestIngress.await(() -> ingress.api().events().size() >= 3);
        assertTrue(
                ingress.api()
                        .events()
                        .contains(
                                "UnsupportedAnnotation: annotation"
                                        + " nginx.ingress.kubernetes.io/configuration-snippet is not"
                                        + " supported and has no effect"));
        assertTrue(
                ingress.api()
                        .events()
                        .contains("InvalidBackend: Service default/missing does not exist"));
        assertTrue(ingress.api().patches().getFirst().body().toString().contains("127.0.0.1"));
        assertTrue(ingress.api().patches().getFirst().body().toString().contains("" + port));
    }
}
