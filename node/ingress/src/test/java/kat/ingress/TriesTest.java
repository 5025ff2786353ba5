package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Servers that hang up on everybody, and how many of them are asked for one request.
class TriesTest {

    private static final int SERVERS = 5;
    private static final String HOST = "a.example.com";

    private final List<ServerSocket> servers = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private TestIngress ingress;

    @BeforeEach
    void starts() throws Exception {
        ingress = new TestIngress();
        ingress.put(service("one"));
        for (int i = 0; i < SERVERS; i++) {
            ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            servers.add(server);
            Thread unused = Thread.startVirtualThread(() -> hangUp(server));
            ingress.put(slice("one", i, server.getLocalPort()));
        }
    }

    private void hangUp(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                if (client.getInputStream().read() >= 0) {
                    asked.incrementAndGet();
                }
            } catch (IOException e) {
                if (server.isClosed()) {
                    return;
                }
            }
        }
    }

    @AfterEach
    void stops() throws IOException {
        ingress.close();
        for (ServerSocket server : servers) {
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', 3",
        "'proxy-next-upstream-tries: \"1\"', 1",
        "'proxy-next-upstream-tries: \"4\"', 4",
        "'proxy-next-upstream-tries: \"0\"', 5",
        "'proxy-next-upstream: \"off\"', 1",
    })
    void asManyAreAskedAsIsSaid(String annotation, int expected) throws Exception {
        ingress.put(ingress("a", annotation, rule(HOST, "/", "Prefix", "one")));
        int port = ingress.port();
        TestIngress.await(() -> RawHttp.get(port, HOST, "/").status() == 502);
        asked.set(0);

        assertEquals(502, RawHttp.get(port, HOST, "/").status());

        assertEquals(expected, asked.get());
    }
}
