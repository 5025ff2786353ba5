package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests that say the same go to the same server.
class ServerChoiceTest {

    private static final String HOST = "a.example.com";
    private static final int SERVERS = 3;

    private final List<TestServer> servers = new ArrayList<>();
    private TestIngress ingress;

    @BeforeEach
    void starts() throws Exception {
        ingress = new TestIngress();
        ingress.put(service("one"));
        for (int i = 0; i < SERVERS; i++) {
            servers.add(new TestServer("server" + i));
            ingress.put(slice("one", i, servers.get(i).port()));
        }
    }

    @AfterEach
    void stops() {
        ingress.close();
        servers.forEach(TestServer::close);
    }

    private static String server(int port, String path) throws Exception {
        return RawHttp.get(port, HOST, path).body().substring(0, "server0".length());
    }

    @Test
    void sendsTheSameUriToTheSameServer() throws Exception {
        ingress.put(
                ingress(
                        "a",
                        "upstream-hash-by: \"${request_uri}-x\"",
                        rule(HOST, "/", "Prefix", "one")));
        int port = ingress.port();

        Set<String> all = new TreeSet<>();
        for (int i = 0; i < 30; i++) {
            String first = server(port, "/" + i);
            all.add(first);
            assertEquals(first, server(port, "/" + i));
        }
        assertTrue(all.size() > 1, all.toString());
    }

    @Test
    void takesServersInTurnWhereTheVariableIsNotKnown() throws Exception {
        ingress.put(ingress("a", "upstream-hash-by: $unknown", rule(HOST, "/", "Prefix", "one")));
        int port = ingress.port();

        Set<String> all = new TreeSet<>();
        // Turns begin anew when routes do, which they do some times after the first.
        TestIngress.await(
                () -> {
                    all.add(server(port, "/"));
                    return all.size() == SERVERS;
                });
        TestIngress.await(() -> ingress.api().events().toString().contains("upstream-hash-by"));
    }
}
