package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Servers that take no connection, or a connection and nothing more, and how long that may last.
/// Clients here wait for at most ten seconds, so the usual times would be too long.
class SlowServersTest {

    /// More than the kernel keeps for a server that accepts one at a time.
    private static final int CROWD = 8;

    private static final int MUCH = 64 << 20; // more than all buffers on the way hold

    private final List<SocketChannel> crowd = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private ServerSocket deaf;
    private TestIngress ingress;

    @BeforeEach
    void starts() throws Exception {
        deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ingress = new TestIngress();
        ingress.put(service("one"), slice("one", 1, deaf.getLocalPort()));
    }

    @AfterEach
    void stops() throws Exception {
        ingress.close();
        for (SocketChannel each : crowd) {
            each.close();
        }
        deaf.close();
        threads.close();
    }

    /// Fills the server's queue: whoever comes later gets no answer from the kernel.
    private void crowd() throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), deaf.getLocalPort());
        for (int i = 0; i < CROWD; i++) {
            SocketChannel one = SocketChannel.open();
            crowd.add(one);
            one.configureBlocking(false);
            boolean unused = one.connect(address);
        }
    }

    /// Five seconds, which are usual, would make fifteen of three tries.
    @Test
    void givesUpOnAServerThatTakesNoConnectionWithinItsTime() throws Exception {
        crowd();
        ingress.put(ingress("a", "proxy-connect-timeout: \"1\"", rule("", "/", "Prefix", "one")));

        assertEquals(504, RawHttp.get(ingress.port(), "x", "/").status());
    }

    @Test
    void asksAnotherServerWhenOneTakesNoConnection() throws Exception {
        crowd();
        try (TestServer other = new TestServer("other")) {
            ingress.put(slice("one", 2, other.port()));
            ingress.put(
                    ingress("a", "proxy-connect-timeout: \"1\"", rule("", "/", "Prefix", "one")));

            for (int i = 0; i < 2; i++) {
                String body = RawHttp.get(ingress.port(), "x", "/").body();
                assertTrue(body.startsWith("other GET /"), body);
            }
        }
    }

    @Test
    void answers504WhenAServerTakesNoMoreOfABody() throws Exception {
        ingress.put(
                ingress(
                        "a",
                        "proxy-send-timeout: \"1\"\nproxy-body-size: \"0\"",
                        rule("", "/", "Prefix", "one")));

        assertEquals(504, status(MUCH, MUCH));
    }

    @Test
    void answers408WhenAClientSendsNoMoreOfABody() throws Exception {
        ingress.put(ingress("a", "proxy-send-timeout: \"1\"", rule("", "/", "Prefix", "one")));

        assertEquals(408, status(2, 1));
    }

    @Test
    void timesOfOneKindAreNotThoseOfAnother() throws Exception {
        ingress.put(
                ingress(
                        "a",
                        "proxy-send-timeout: \"600\"\nproxy-read-timeout: \"1\"",
                        rule("", "/", "Prefix", "one")));

        assertEquals(504, status(2, 2));
    }

    /// What a POST gets of which only a part is sent.
    private int status(int announced, int sent) throws Exception {
        try (RawHttp client = new RawHttp(ingress.port())) {
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + announced + "\r\n\r\n");
            // It ends with the connection: the answer comes before the whole is sent.
            CompletableFuture<Void> unused =
                    CompletableFuture.runAsync(() -> send(client, sent), threads);
            return client.read().status();
        }
    }

    private static void send(RawHttp client, int bytes) {
        try {
            client.send("x".repeat(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
