package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Connections that leave HTTP, and servers that say exactly what a test wants.
class WebSocketTest {

    private static final String UPGRADE =
            """
            GET /ws HTTP/1.1
            Host: x
            Connection: Upgrade
            Upgrade: websocket
            Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==

            """;
    private static final String SWITCHED =
            """
            HTTP/1.1 101 Switching Protocols
            Connection: Upgrade
            Upgrade: websocket
            Sec-WebSocket-Accept: x

            """;

    private ServerSocket server;
    private TestIngress ingress;

    @BeforeEach
    void starts() throws Exception {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ingress = new TestIngress();
        ingress.put(service("one"), slice("one", 1, server.getLocalPort()));
        ingress.put(ingress("a", "", rule("", "/", "Prefix", "one")));
    }

    @AfterEach
    void stops() throws Exception {
        ingress.close();
        server.close();
    }

    /// What a server does with one connection.
    private interface Serving {
        void serve(RawHttp connection) throws Exception;
    }

    private CompletableFuture<Void> serve(Serving serving) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (RawHttp connection = new RawHttp(server.accept())) {
                                serving.serve(connection);
                                done.complete(null);
                            } catch (Exception e) {
                                done.completeExceptionally(e);
                            }
                        });
        return done;
    }

    private static String head(RawHttp connection) throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = connection.line(); !line.isEmpty(); line = connection.line()) {
            head.append(line.toLowerCase(java.util.Locale.ROOT)).append('\n');
        }
        return head.toString();
    }

    @Test
    void passesBytesBothWaysAfterAnUpgrade() throws Exception {
        String much = "m".repeat(3_000_000);
        CompletableFuture<Void> served =
                serve(
                        connection -> {
                            String head = head(connection);
                            assertTrue(head.contains("upgrade: websocket\n"), head);
                            assertTrue(head.contains("connection: upgrade\n"), head);
                            connection.sendLines(SWITCHED + "hello");
                            assertEquals("ping", connection.bytes(4));
                            connection.send(much);
                            assertEquals("bye", connection.bytes(3));
                        });
        try (RawHttp client = new RawHttp(ingress.port())) {
            client.sendLines(UPGRADE);
            RawHttp.Response answer = client.read();
            assertEquals(101, answer.status());
            assertEquals("websocket", answer.header("upgrade"));
            assertEquals("hello", client.bytes(5));
            client.send("ping");
            assertEquals(much, client.bytes(much.length()));
            client.send("bye");
            assertTrue(client.isEnded());
        }
        served.get();
    }

    @Test
    void passesARefusedUpgradeAsAnAnswer() throws Exception {
        CompletableFuture<Void> served =
                serve(
                        connection -> {
                            String unused = head(connection);
                            connection.send(
                                    "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
                        });
        try (RawHttp client = new RawHttp(ingress.port())) {
            client.sendLines(UPGRADE);
            RawHttp.Response answer = client.read();
            assertEquals(403, answer.status());
            assertEquals("no", answer.body());
        }
        served.get();
    }

    @Test
    void passesAnswersThatEndWithTheConnection() throws Exception {
        CompletableFuture<Void> served =
                serve(
                        connection -> {
                            String unused = head(connection);
                            connection.send("HTTP/1.0 200 OK\r\n\r\nuntil the end");
                        });
        assertEquals("until the end", RawHttp.get(ingress.port(), "x", "/").body());
        served.get();
    }

    @Test
    void streamsWhileTheServerStillSpeaks() throws Exception {
        CompletableFuture<Void> heard = new CompletableFuture<>();
        CompletableFuture<Void> served =
                serve(
                        connection -> {
                            String unused = head(connection);
                            connection.sendLines(
                                    """
                                    HTTP/1.1 200 OK
                                    Transfer-Encoding: chunked

                                    5
                                    first
                                    """);
                            Void unusedToo = heard.get();
                            connection.send("6\r\nsecond\r\n0\r\nX-Trailer: t\r\n\r\n");
                        });
        try (RawHttp client = new RawHttp(ingress.port())) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            String head = head(client);
            assertTrue(head.contains("transfer-encoding: chunked"), head);
            assertEquals("5", client.line());
            assertEquals("first", client.line());
            heard.complete(null);
            assertEquals("6", client.line());
            assertEquals("second", client.line());
            assertEquals("0", client.line());
            assertEquals("x-trailer: t", client.line().toLowerCase(java.util.Locale.ROOT));
        }
        served.get();
    }

    @Test
    void tellsAClientThatWaitsToGoOn() throws Exception {
        CompletableFuture<Void> served =
                serve(
                        connection -> {
                            String head = head(connection);
                            assertFalse(head.contains("expect"), head);
                            assertEquals("body", connection.bytes(4));
                            connection.send("HTTP/1.1 204 No Content\r\n\r\n");
                        });
        try (RawHttp client = new RawHttp(ingress.port())) {
            client.sendLines(
                    """
                    POST / HTTP/1.1
                    Host: x
                    Content-Length: 4
                    Expect: 100-continue

                    """);
            assertEquals(100, client.read().status());
            client.send("body");
            assertEquals(204, client.read().status());
        }
        served.get();
    }

    @Test
    void asksAgainWhereThatIsHarmless() throws Exception {
        CompletableFuture<Void> first =
                serve(
                        connection -> {
                            String unused = head(connection);
                            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
                            String unusedToo = head(connection);
                        });
        try (RawHttp client = new RawHttp(ingress.port())) {
            assertEquals("1", client.get("x", "/").body());
            CompletableFuture<Void> second =
                    serve(
                            connection -> {
                                String unused = head(connection);
                                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
                                String unusedToo = head(connection);
                            });
            // The first server closes when it has read this; the next one answers.
            assertEquals("2", client.get("x", "/").body());
            first.get();
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
            // Nobody knows what the second server did before it closed.
            assertEquals(502, client.read().status());
            second.get();
        }
    }
}
