package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import kat.api.KubeObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Annotations of ingress-nginx, each by what it does to a request.
class AnnotationsTest {

    private static final String HOST = "a.example.com";

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

    private int serve(String annotations, String path, String type) throws Exception {
        ingress.put(ingress("a", annotations, rule(HOST, path, type, "one")));
        return ingress.port();
    }

    private static void assertTold(String wanted, RawHttp.Response answer) {
        assertTrue(answer.body().startsWith(wanted + "\n"), answer.status() + answer.body());
    }

    /// Another path must not serve what this one might guard.
    @Test
    void refusesAPathOfWhichItDoesNotKnowWhetherItMatches() throws Exception {
        int port =
                serve(
                        "use-regex: \"true\"",
                        "/.*a" + ".{1000}".repeat(6) + "x",
                        "ImplementationSpecific");
        ingress.put(ingress("b", "", rule(HOST, "/", "Prefix", "two")));
        Random random = new Random(1);
        StringBuilder path = new StringBuilder("/");
        while (path.length() < 15_000) {
            path.append(random.nextBoolean() ? 'a' : 'b');
        }

        TestIngress.await(() -> RawHttp.get(port, HOST, "/short").status() == 200);
        assertTold("two GET /short", RawHttp.get(port, HOST, "/short"));
        assertEquals(500, RawHttp.get(port, HOST, path.toString()).status());
    }

    @Test
    void rewritesPathsWithGroups() throws Exception {
        int port =
                serve("rewrite-target: /new/$2", "/something(/|$)(.*)", "ImplementationSpecific");

        assertTold("one GET /new/a/b?c=d", RawHttp.get(port, HOST, "/something/a/b?c=d"));
        assertTold("one GET /new/", RawHttp.get(port, HOST, "/SOMETHING"));
        assertTold("one GET /new/a%20b%3Fc", RawHttp.get(port, HOST, "/something/a%20b%3fc"));
        assertEquals(404, RawHttp.get(port, HOST, "/somethingelse").status());
    }

    @Test
    void leadsElsewhere() throws Exception {
        ingress.put(
                ingress("a", "app-root: /app", rule("root.example.com", "/", "Prefix", "one")),
                ingress(
                        "b",
                        "permanent-redirect: https://else.example.com$request_uri",
                        rule("moved.example.com", "/", "Prefix", "one")),
                ingress(
                        "c",
                        "temporal-redirect: https://soon.example.com\ntemporal-redirect-code: \"307\"",
                        rule("soon.example.com", "/", "Prefix", "one")),
                ingress(
                        "d",
                        "from-to-www-redirect: \"true\"",
                        rule("www.example.net", "/", "Prefix", "one")));
        int port = ingress.port();
        TestIngress.await(() -> RawHttp.get(port, "example.net", "/").status() == 308);

        assertEquals(302, RawHttp.get(port, "root.example.com", "/").status());
        assertEquals("/app", RawHttp.get(port, "root.example.com", "/").header("location"));
        assertEquals(200, RawHttp.get(port, "root.example.com", "/app").status());
        RawHttp.Response moved = RawHttp.get(port, "moved.example.com", "/x?y");
        assertEquals(301, moved.status());
        assertEquals("https://else.example.com/x?y", moved.header("location"));
        assertEquals(307, RawHttp.get(port, "soon.example.com", "/").status());
        assertEquals(
                "http://www.example.net/p",
                RawHttp.get(port, "example.net", "/p").header("location"));
    }

    @Test
    void limitsBodies() throws Exception {
        int port = serve("proxy-body-size: 1k", "/", "Prefix");
        try (RawHttp http = new RawHttp(port)) {
            http.send("POST / HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Length: 1025\r\n");
            http.send("Expect: 100-continue\r\n\r\n");
            assertEquals(413, http.read().status());
            assertTrue(http.isEnded());
        }
        try (RawHttp http = new RawHttp(port)) {
            http.send("POST / HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Length: 1025\r\n\r\n");
            assertEquals(413, http.read().status());
        }
        try (RawHttp http = new RawHttp(port)) {
            http.send(
                    "POST / HTTP/1.1\r\nHost: " + HOST + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            http.send("500\r\n" + "x".repeat(0x500) + "\r\n0\r\n\r\n");
            assertEquals(413, http.read().status());
        }
    }

    @Test
    void letsInWhoHasAPassword() throws Exception {
        // Made by htpasswd -B, -m and -s, each for the password "secret".
        String lines =
                """
                bea:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a
                ann:$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/
                sue:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=
                """;
        ingress.put(secret("users", "auth", lines));
        int port =
                serve("auth-type: basic\nauth-secret: users\nauth-realm: Members", "/", "Prefix");

        RawHttp.Response refused = RawHttp.get(port, HOST, "/");
        assertEquals(401, refused.status());
        assertEquals("Basic realm=\"Members\"", refused.header("www-authenticate"));
        assertEquals(401, RawHttp.get(port, HOST, "/", basic("sue", "wrong")).status());
        assertEquals(401, RawHttp.get(port, HOST, "/", basic("eve", "secret")).status());
        assertEquals(200, RawHttp.get(port, HOST, "/", basic("sue", "secret")).status());
        assertEquals(200, RawHttp.get(port, HOST, "/", basic("sue", "secret")).status());
        assertEquals(200, RawHttp.get(port, HOST, "/", basic("ann", "secret")).status());
        assertEquals(401, RawHttp.get(port, HOST, "/", basic("ann", "secre")).status());
        assertEquals(200, RawHttp.get(port, HOST, "/", basic("bea", "secret")).status());
        assertEquals(401, RawHttp.get(port, HOST, "/", basic("bea", "Secret")).status());
    }

    @Test
    void letsInWhoSatisfiesAnyConditionWhereOneIsEnough() throws Exception {
        ingress.put(secret("users", "auth", "sue:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n"));
        String password = "satisfy: any\nauth-type: basic\nauth-secret: users\n";
        ingress.put(
                ingress(
                        "a",
                        password + "whitelist-source-range: 127.0.0.0/8",
                        rule("near.example.com", "/", "Prefix", "one")),
                ingress(
                        "b",
                        password + "denylist-source-range: 10.0.0.0/8",
                        rule("unlisted.example.com", "/", "Prefix", "one")),
                ingress(
                        "c",
                        "satisfy: any\nwhitelist-source-range: 10.0.0.0/8",
                        rule("outside.example.com", "/", "Prefix", "one")),
                ingress(
                        "d",
                        password + "whitelist-source-range: 10.0.0.0/8",
                        rule("far.example.com", "/", "Prefix", "one")));
        int port = ingress.port();
        String right = basic("sue", "secret");
        TestIngress.await(() -> RawHttp.get(port, "far.example.com", "/", right).status() == 200);

        assertEquals(200, RawHttp.get(port, "near.example.com", "/").status());
        assertEquals(401, RawHttp.get(port, "unlisted.example.com", "/").status());
        assertEquals(200, RawHttp.get(port, "unlisted.example.com", "/", right).status());
        assertEquals(403, RawHttp.get(port, "outside.example.com", "/").status());
        assertEquals(401, RawHttp.get(port, "far.example.com", "/").status());
        assertEquals(
                401, RawHttp.get(port, "far.example.com", "/", basic("sue", "wrong")).status());
    }

    private static String basic(String name, String password) {
        byte[] both = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(both);
    }

    private static KubeObject secret(String name, String key, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return IngressObjects.yaml(
                """
                apiVersion: v1
                kind: Secret
                metadata: {name: %s, namespace: default}
                data: {%s: %s}
                """
                        .formatted(name, key, Base64.getEncoder().encodeToString(bytes)));
    }

    @Test
    void closesWhatCannotBeGuarded() throws Exception {
        ingress.put(
                ingress(
                        "a",
                        "auth-type: basic\nauth-secret: missing",
                        rule("nobody.example.com", "/", "Prefix", "one")),
                ingress(
                        "b",
                        "whitelist-source-range: 10.0.0.0/8",
                        rule("far.example.com", "/", "Prefix", "one")),
                ingress(
                        "c",
                        "allowlist-source-range: not-a-range",
                        rule("broken.example.com", "/", "Prefix", "one")),
                ingress(
                        "d",
                        "whitelist-source-range: 10.0.0.0/8, 127.0.0.0/8",
                        rule("near.example.com", "/", "Prefix", "one")));
        int port = ingress.port();
        TestIngress.await(() -> RawHttp.get(port, "near.example.com", "/").status() == 200);

        assertEquals(503, RawHttp.get(port, "nobody.example.com", "/").status());
        assertEquals(403, RawHttp.get(port, "far.example.com", "/").status());
        assertEquals(503, RawHttp.get(port, "broken.example.com", "/").status());
    }

    @Test
    void sendsAShareToACanary() throws Exception {
        ingress.put(
                ingress("a", "", rule(HOST, "/", "Prefix", "one")),
                ingress(
                        "b",
                        """
                        canary: "true"
                        canary-weight: "50"
                        canary-by-header: X-Canary
                        canary-by-cookie: tester""",
                        rule(HOST, "/", "Prefix", "two")));
        int port = ingress.port();
        TestIngress.await(
                () -> RawHttp.get(port, HOST, "/", "X-Canary: always").body().startsWith("two"));

        int toCanary = 0;
        for (int i = 0; i < 200; i++) {
            toCanary += RawHttp.get(port, HOST, "/").body().startsWith("two") ? 1 : 0;
        }
        assertTrue(toCanary > 60 && toCanary < 140, "share " + toCanary + " of 200");
        assertTold("one GET /", RawHttp.get(port, HOST, "/", "X-Canary: never"));
        assertTold("two GET /", RawHttp.get(port, HOST, "/", "Cookie: a=b; tester=always"));
    }

    @Test
    void answersOtherSites() throws Exception {
        int port =
                serve(
                        "enable-cors: \"true\"\ncors-allow-origin: https://*.example.org",
                        "/",
                        "Prefix");
        try (RawHttp http = new RawHttp(port)) {
            http.send(
                    "OPTIONS / HTTP/1.1\r\nHost: %s\r\nOrigin: https://x.example.org\r\n\r\n"
                            .formatted(HOST));
            RawHttp.Response answer = http.read();
            assertEquals(204, answer.status());
            assertEquals("https://x.example.org", answer.header("access-control-allow-origin"));
            assertEquals("true", answer.header("access-control-allow-credentials"));
        }
        RawHttp.Response other = RawHttp.get(port, HOST, "/", "Origin: https://evil.example.com");
        assertEquals("", other.header("access-control-allow-origin"));
    }

    @Test
    void keepsClientsWithTheirServer() throws Exception {
        ingress.put(slice("one", 2, two.port()));
        int port = serve("affinity: cookie\nsession-cookie-name: route", "/", "Prefix");
        RawHttp.Response first = RawHttp.get(port, HOST, "/");
        String cookie = first.header("set-cookie");

        assertTrue(cookie.startsWith("route=") && cookie.contains("; Path=/; HttpOnly"), cookie);
        String sent = "Cookie: " + cookie.substring(0, cookie.indexOf(';'));
        String server = first.body().substring(0, 3);
        for (int i = 0; i < 10; i++) {
            RawHttp.Response again = RawHttp.get(port, HOST, "/", sent);
            assertEquals(server, again.body().substring(0, 3));
            assertEquals("", again.header("set-cookie"));
        }
    }

    @Test
    void changesHeaders() throws Exception {
        ingress.put(
                IngressObjects.yaml(
                        """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: more, namespace: default}
                        data: {X-Frame-Options: DENY}
                        """));
        int port =
                serve(
                        """
                        upstream-vhost: inside.example.com
                        x-forwarded-prefix: /pre
                        server-alias: alias.example.com
                        custom-headers: more""",
                        "/",
                        "Prefix");
        RawHttp.Response answer = RawHttp.get(port, "alias.example.com", "/");

        assertTrue(answer.body().contains("Host=[inside.example.com]"), answer.body());
        assertTrue(answer.body().contains("X-forwarded-prefix=[/pre]"), answer.body());
        assertEquals("DENY", answer.header("x-frame-options"));
    }
}
