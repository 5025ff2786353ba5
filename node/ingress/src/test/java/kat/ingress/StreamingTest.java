package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Much data, slow sides, and servers that say nothing.
class StreamingTest {

    private static final int PIECE = 64 << 10;
    private static final int PIECES = 640; // 40 MiB in all
    private static final int MOST_HELD = 20 << 20; // sockets' buffers and Ingress' own

    private final AtomicInteger passed = new AtomicInteger();
    private ServerSocket server;
    private TestIngress ingress;

    @BeforeEach
    void starts() throws Exception {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ingress = new TestIngress();
        ingress.put(service("one"), slice("one", 1, server.getLocalPort()));
        ingress.put(
                ingress(
                        "a",
                        "proxy-body-size: \"0\"\nproxy-read-timeout: \"1\"",
                        rule("", "/", "Prefix", "one")));
    }

    @AfterEach
    void stops() throws Exception {
        ingress.close();
        server.close();
    }

    private CompletableFuture<RawHttp> accept() {
        CompletableFuture<RawHttp> accepted = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                RawHttp connection = new RawHttp(server.accept());
                                String line = connection.line();
                                while (!line.isEmpty()) {
                                    line = connection.line();
                                }
                                accepted.complete(connection);
                            } catch (IOException e) {
                                accepted.completeExceptionally(e);
                            }
                        });
        return accepted;
    }

    private void sendPieces(RawHttp to) {
        String piece = "x".repeat(PIECE);
        try {
            for (int i = 0; i < PIECES; i++) {
                to.send(piece);
                passed.addAndGet(PIECE);
            }
        } catch (IOException e) {
            passed.set(Integer.MAX_VALUE);
        }
    }

    /// Waits until nothing passes any more.
    private void awaitStandstill() {
        int before = -1;
        while (before != passed.get()) {
            before = passed.get();
            LockSupport.parkNanos(200_000_000);
        }
    }

    @Test
    void holdsAServerBackWhileTheClientDoesNotRead() throws Exception {
        CompletableFuture<RawHttp> accepted = accept();
        try (RawHttp client = new RawHttp(ingress.port())) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            RawHttp connection = accepted.get();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + PIECE * PIECES + "\r\n\r\n");
            Thread sending = Thread.ofVirtual().start(() -> sendPieces(connection));
            awaitStandstill();
            assertTrue(passed.get() < MOST_HELD, "held " + passed.get());

            assertEquals(PIECE * PIECES, client.read().body().length());
            sending.join();
            connection.close();
        }
    }

    @Test
    void holdsAClientBackWhileTheServerDoesNotRead() throws Exception {
        CompletableFuture<RawHttp> accepted = accept();
        try (RawHttp client = new RawHttp(ingress.port())) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
                            .formatted(PIECE * PIECES));
            Thread sending = Thread.ofVirtual().start(() -> sendPieces(client));
            RawHttp connection = accepted.get();
            awaitStandstill();
            assertTrue(passed.get() < MOST_HELD, "held " + passed.get());

            assertEquals(PIECE * PIECES, connection.bytes(PIECE * PIECES).length());
            sending.join();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertEquals("ok", client.read().body());
            connection.close();
        }
    }

    @Test
    void answers504WhenAServerSaysNothing() throws Exception {
        CompletableFuture<RawHttp> accepted = accept();
        try (RawHttp client = new RawHttp(ingress.port())) {
            assertEquals(504, client.get("x", "/").status());
            assertTrue(accepted.get().isEnded());
        }
    }
}
