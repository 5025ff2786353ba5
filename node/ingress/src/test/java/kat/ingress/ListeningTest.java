package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import kat.ingress.proxy.FrontConfig;
import org.junit.jupiter.api.Test;

/// Where Ingress listens.
class ListeningTest {

    private static TestIngress listeningAlso(String address) throws Exception {
        return new TestIngress(FrontConfig.defaults(2), new SystemResolver(), List.of(address));
    }

    private static boolean isOwn(InetAddress address) {
        try (ServerSocket tried = new ServerSocket(0, 1, address)) {
            return tried.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void answersOnLoopbackOfIpv6WhereTheMachineHasIt() throws Exception {
        InetAddress loopback = InetAddress.ofLiteral("::1");
        assumeTrue(isOwn(loopback), "the machine has IPv6");
        try (TestServer server = new TestServer("one");
                TestIngress ingress = listeningAlso("::1")) {
            ingress.put(service("one"), slice("one", 1, server.port()));
            ingress.put(ingress("a", "", rule("", "/", "Prefix", "one")));
            int port = ingress.port();
            try (RawHttp http = new RawHttp(new Socket(loopback, port))) {
                RawHttp.Response answer = http.get("[::1]:" + port, "/");

                assertEquals(200, answer.status());
                assertTrue(answer.body().contains("X-forwarded-for=[::1]"), answer.body());
            }
        }
    }

    @Test
    void listensWithoutAnAddressThatTheMachineHasNot() throws Exception {
        try (TestServer server = new TestServer("one");
                TestIngress ingress = listeningAlso("2001:db8::1")) {
            ingress.put(service("one"), slice("one", 1, server.port()));
            ingress.put(ingress("a", "", rule("", "/", "Prefix", "one")));

            assertEquals(200, RawHttp.get(ingress.port(), "x", "/").status());
        }
    }
}
