package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Authenticators are asked in whatever way a request comes and wherever it goes.
class ExternalAuthWaysTest {

    private static final String HOST = "a.example.com";
    private static final String URL = "auth-url: http://auth.default.svc/ask";

    private GuardedIngress guarded;
    private TestAuthenticator authenticator;
    private TestIngress ingress;

    @BeforeEach
    void starts() throws Exception {
        guarded = new GuardedIngress();
        authenticator = guarded.authenticator();
        ingress = guarded.ingress();
        ingress.put(slice("auth", 1, authenticator.port()));
    }

    @AfterEach
    void stops() {
        guarded.close();
    }

    private HttpResponse<String> post(HttpClient client, int bytes) throws Exception {
        URI uri = URI.create("https://localhost:" + ingress.controller().httpsPort() + "/p");
        return client.send(
                HttpRequest.newBuilder(uri)
                        .header("X-User", "mallory")
                        .POST(HttpRequest.BodyPublishers.ofString("x".repeat(bytes)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void guardsStreamsOfHttp2() throws Exception {
        authenticator.answers(200, "X-User: alice");
        ingress.put(
                ingress(
                        "a",
                        URL + "\nauth-response-headers: X-User",
                        rule("", "/", "Prefix", "one")));
        int unused = ingress.port();
        try (HttpClient client = HttpClient.newBuilder().sslContext(TlsTest.trusting()).build()) {
            HttpResponse<String> passed = post(client, 500_000);
            authenticator.answers(401, "WWW-Authenticate: Bearer realm=\"r\"");
            HttpResponse<String> refused = post(client, 500_000);
            authenticator.answers(200, "X-User: bob");
            HttpResponse<String> again = post(client, 10);

            assertEquals(HttpClient.Version.HTTP_2, passed.version());
            assertTrue(passed.body().contains("X-user=[alice]"), "the user came");
            assertTrue(passed.body().endsWith("x".repeat(1000)), "the body came");
            assertEquals(401, refused.statusCode());
            assertEquals(
                    "Bearer realm=\"r\"", refused.headers().firstValue("www-authenticate").get());
            assertTrue(again.body().contains("X-user=[bob]"), again.body());
        }
        TestAuthenticator.Question question = authenticator.question();
        assertEquals("GET", question.method());
        assertEquals(0, question.bodyBytes());
    }

    @Test
    void guardsWebSockets() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ingress.put(slice("one", 1, server.getLocalPort()));
            ingress.put(ingress("a", URL, rule(HOST, "/", "Prefix", "one")));
            int port = ingress.port();
            String upgrade =
                    "GET /ws HTTP/1.1\nHost: "
                            + HOST
                            + "\nConnection: Upgrade\nUpgrade: websocket\n\n";
            authenticator.answers(403);
            try (RawHttp client = new RawHttp(port)) {
                client.sendLines(upgrade);
                assertEquals(403, client.read().status());
            }
            assertEquals(null, authenticator.question().header("Upgrade"));
            authenticator.answers(200);
            CompletableFuture<String> served = CompletableFuture.supplyAsync(() -> echo(server));
            try (RawHttp client = new RawHttp(port)) {
                client.sendLines(upgrade);
                assertEquals(101, client.read().status());
                client.send("ping");
                assertEquals("ping", client.bytes(4));
            }
            assertEquals("GET /ws HTTP/1.1", served.get());
        }
    }

    private static String echo(ServerSocket server) {
        try (RawHttp connection = new RawHttp(server.accept())) {
            String first = connection.line();
            String line = first;
            while (!line.isEmpty()) {
                line = connection.line();
            }
            connection.sendLines(
                    "HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\nUpgrade: websocket\n\n");
            connection.send(connection.bytes(4));
            return first;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void guardsWhatGoesToACanary() throws Exception {
        try (TestServer two = new TestServer("two")) {
            ingress.put(service("two"), slice("two", 1, two.port()));
            ingress.put(
                    ingress("a", URL, rule(HOST, "/", "Prefix", "one")),
                    ingress(
                            "b",
                            "canary: \"true\"\ncanary-by-header: X-Canary",
                            rule(HOST, "/", "Prefix", "two")));
            int port = ingress.port();
            TestIngress.await(
                    () ->
                            RawHttp.get(port, HOST, "/", "X-Canary: always")
                                    .body()
                                    .startsWith("two"));
            authenticator.answers(403);

            assertEquals(403, RawHttp.get(port, HOST, "/", "X-Canary: always").status());
        }
    }

    @Test
    void asksAnotherRuleOfTheClientsHost() throws Exception {
        ingress.put(
                ingress(
                        "a",
                        "auth-url: https://$host/oauth2/auth?x=y",
                        rule(HOST, "/", "Prefix", "one")),
                ingress("b", "", rule(HOST, "/oauth2", "Prefix", "auth")));
        int port = ingress.port();
        TestIngress.await(() -> RawHttp.get(port, HOST, "/", "Cookie: a=b").status() == 200);

        TestAuthenticator.Question question = authenticator.question();
        assertEquals("/oauth2/auth?x=y", question.uri());
        assertEquals(HOST, question.header("Host"));
        assertEquals(HOST, question.header("X-Forwarded-Host"));
        assertEquals("http", question.header("X-Forwarded-Proto"));
        assertEquals("a=b", question.header("Cookie"));
        authenticator.answers(401);
        assertEquals(401, RawHttp.get(port, HOST, "/").status());
    }

    @Test
    void passesNothingOnWhereTheRuleOfTheHostAsksItself() throws Exception {
        ingress.put(
                ingress(
                        "a",
                        "auth-url: https://$host/oauth2/auth",
                        rule(HOST, "/", "Prefix", "one")));

        assertEquals(500, RawHttp.get(ingress.port(), HOST, "/").status());
    }
}
