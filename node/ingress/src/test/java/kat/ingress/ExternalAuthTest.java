package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.slice;
import static kat.ingress.IngressObjects.yaml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests pass when an authenticator says so, and never otherwise.
class ExternalAuthTest {

    private static final String HOST = "a.example.com";
    private static final String URL = "auth-url: \"http://auth.default.svc.cluster.local/ask?a=b\"";

    private GuardedIngress guarded;
    private TestAuthenticator authenticator;
    private TestIngress ingress;

    @BeforeEach
    void starts() throws Exception {
        guarded = new GuardedIngress();
        authenticator = guarded.authenticator();
        ingress = guarded.ingress();
    }

    @AfterEach
    void stops() {
        guarded.close();
    }

    private int serve(String annotations) throws Exception {
        ingress.put(slice("auth", 1, authenticator.port()));
        return serveAlone(annotations);
    }

    private int serveAlone(String annotations) throws Exception {
        ingress.put(ingress("a", annotations, rule(HOST, "/", "Prefix", "one")));
        return ingress.port();
    }

    private static RawHttp.Response get(int port, String... headers) throws IOException {
        return RawHttp.get(port, HOST, "/p%20q?x=y&z", headers);
    }

    @Test
    void asksWithoutTheBodyAndPassesItOnAfterwards() throws Exception {
        int port = serve(URL);
        try (RawHttp http = new RawHttp(port)) {
            String body = "x".repeat(300_000);
            http.send("POST /p?q HTTP/1.1\r\nHost: " + HOST + ":81\r\nCookie: c=d\r\n");
            http.send("X-Forwarded-Host: evil\r\nX-Original-URL: evil\r\nX_Original_Uri: evil\r\n");
            http.send("Content-Length: 300000\r\n\r\n" + body);

            RawHttp.Response answer = http.read();

            assertEquals(200, answer.status());
            assertTrue(answer.body().startsWith("one POST /p?q\n"), "it was passed on");
            assertTrue(answer.body().endsWith(body), "the body came whole");
        }
        TestAuthenticator.Question question = authenticator.question();
        assertEquals("GET", question.method());
        assertEquals("/ask?a=b", question.uri());
        assertEquals(0, question.bodyBytes());
        assertEquals("auth.default.svc.cluster.local", question.header("Host"));
        assertEquals("http://" + HOST + ":81/p?q", question.header("X-Original-URL"));
        assertEquals("POST", question.header("X-Original-Method"));
        assertEquals("nginx-ingress-controller", question.header("X-Sent-From"));
        assertEquals("/p?q", question.header("X-Auth-Request-Redirect"));
        assertEquals("127.0.0.1", question.header("X-Real-IP"));
        assertEquals("c=d", question.header("Cookie"));
        assertNull(question.header("Content-Length"));
        assertNull(question.header("X-Forwarded-Host"));
        assertNull(question.header("X_Original_Uri"));
    }

    @Test
    void givesServersWhatTheAuthenticatorSaysInPlaceOfTheClient() throws Exception {
        authenticator.answers(202, "X-User: alice", "X-Other: no", "Set-Cookie: s=1");
        int port = serve(URL + "\nauth-response-headers: X-User, X-Groups");

        RawHttp.Response answer =
                get(port, "X-User: mallory", "X_User: mallory", "X-Groups: admins");

        assertTrue(answer.body().contains("X-user=[alice]"), answer.body());
        assertFalse(answer.body().contains("mallory"), answer.body());
        assertFalse(answer.body().contains("admins"), answer.body());
        assertFalse(answer.body().contains("X-other"), answer.body());
        assertEquals("s=1", answer.header("set-cookie"));
    }

    @Test
    void isNotAskedWhereTheAddressIsEnoughAndTheClientStillSaysNothingInItsName() throws Exception {
        authenticator.answers(403);
        int port =
                serve(
                        URL
                                + "\nauth-response-headers: X-User"
                                + "\nsatisfy: any\nwhitelist-source-range: 127.0.0.0/8");

        RawHttp.Response answer = get(port, "X-User: mallory", "X_User: mallory");

        assertEquals(200, answer.status());
        assertFalse(answer.body().contains("mallory"), answer.body());
    }

    @Test
    void decidesAloneWhereTheAddressIsNotEnough() throws Exception {
        authenticator.answers(200);
        int port = serve(URL + "\nsatisfy: any\nwhitelist-source-range: 10.0.0.0/8");

        int agreed = get(port).status();
        authenticator.answers(403);
        int refused = get(port).status();

        assertEquals(200, agreed);
        assertEquals(403, refused);
    }

    @Test
    void tellsClientsToAuthenticate() throws Exception {
        authenticator.answers(401, "WWW-Authenticate: Bearer realm=\"r\"", "Set-Cookie: s=1");
        int port = serve(URL);

        RawHttp.Response answer = get(port);

        assertEquals(401, answer.status());
        assertEquals("Bearer realm=\"r\"", answer.header("www-authenticate"));
        assertEquals("", answer.header("set-cookie"));
        assertFalse(answer.body().contains("not for clients"), answer.body());
    }

    @Test
    void setsCookiesAlwaysWhereAsked() throws Exception {
        authenticator.answers(403, "Set-Cookie: s=1");
        int port = serve(URL + "\nauth-always-set-cookie: \"true\"");

        RawHttp.Response answer = get(port);

        assertEquals(403, answer.status());
        assertEquals("s=1", answer.header("set-cookie"));
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 301, 400, 404, 500, 503})
    void passesNothingOnWithoutAYes(int status) throws Exception {
        authenticator.answers(status);
        int port = serve(URL);

        assertEquals(status == 204 ? 200 : 500, get(port).status());
    }

    @Test
    void sendsClientsToSignIn() throws Exception {
        authenticator.answers(401, "Set-Cookie: s=1");
        int port = serve(URL + "\nauth-signin: \"https://in.example.com/start\"");

        RawHttp.Response answer = get(port);

        assertEquals(302, answer.status());
        assertEquals(
                "https://in.example.com/start?rd=http://a.example.com%2Fp%2520q%3Fx%3Dy%26z",
                answer.header("location"));
        assertEquals("s=1", answer.header("set-cookie"));
    }

    @Test
    void leavesUrlsToSignInThatSayWhatWasWanted() throws Exception {
        authenticator.answers(401);
        int port =
                serve(
                        URL
                                + "\nauth-signin: \"https://$host/in?to=$escaped_request_uri\""
                                + "\nauth-signin-redirect-param: to");

        assertEquals(
                "https://a.example.com/in?to=%2Fp%2520q%3Fx%3Dy%26z", get(port).header("location"));
    }

    @Test
    void asksWithTheMethodAndTheHeadersThatTheIngressWants() throws Exception {
        ingress.put(
                yaml(
                        """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: more, namespace: default}
                        data: {X-More: "$request_method $host", Content-Length: "7"}
                        """));
        int port =
                serve(
                        URL
                                + "\nauth-method: POST\nauth-proxy-set-headers: default/more"
                                + "\nauth-request-redirect: https://$http_host$request_uri");

        assertEquals(200, get(port).status());

        TestAuthenticator.Question question = authenticator.question();
        assertEquals("POST", question.method());
        assertEquals(0, question.bodyBytes());
        assertEquals("GET " + HOST, question.header("X-More"));
        assertEquals("/p%20q?x=y&z", question.header("X-Original-URI"));
        assertEquals(
                "https://" + HOST + "/p%20q?x=y&z", question.header("X-Auth-Request-Redirect"));
    }

    @Test
    void passesNothingOnWhileTheAuthenticatorCannotBeReached() throws Exception {
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ingress.put(slice("auth", 1, gone.getLocalPort()));
        }

        assertEquals(500, get(serveAlone(URL)).status());
    }

    @Test
    void passesNothingOnWithoutAnAuthenticator() throws Exception {
        assertEquals(500, get(serveAlone(URL)).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no HTTP\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\n"
            })
    void passesNothingOnAfterHalfAnAnswer(String answer) throws Exception {
        try (ServerSocket broken = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            Thread unused =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            answerAll(broken, answer);
                                        } catch (IOException ended) {
                                            // As the end of the test wants it.
                                            return;
                                        }
                                    });
            ingress.put(slice("auth", 1, broken.getLocalPort()));
            int port = serveAlone(URL);

            assertEquals(500, get(port).status());
        }
    }

    private static void answerAll(ServerSocket server, String answer) throws IOException {
        while (true) {
            try (RawHttp connection = new RawHttp(server.accept())) {
                String line = connection.line();
                while (!line.isEmpty()) {
                    line = connection.line();
                }
                connection.send(answer);
            }
        }
    }

    @Test
    void givesUpOnAnAuthenticatorThatDoesNotAnswer() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            ingress.put(slice("auth", 1, silent.getLocalPort()));
            int port = serveAlone(URL + "\nproxy-read-timeout: \"1\"");

            assertEquals(500, get(port).status());
            try (Socket asked = silent.accept()) {
                assertEquals('G', asked.getInputStream().read());
            }
        }
    }

    @Test
    void keepsAskingOverOneConnectionWhileAnswersChange() throws Exception {
        int port = serve(URL);
        try (RawHttp http = new RawHttp(port)) {
            assertEquals(200, http.get(HOST, "/").status());
            authenticator.answers(403);
            assertEquals(403, http.get(HOST, "/").status());
            authenticator.answers(200);
            assertEquals(200, http.get(HOST, "/").status());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "auth-url: ftp://auth.default.svc/",
                "auth-url: \"\"",
                "auth-url: http://user@auth.default.svc/",
                "auth-url: http://auth.default.svc:0/",
                "auth-url: http://auth.default.svc/\nauth-method: CONNECT",
                "auth-url: http://auth.default.svc/\nauth-response-headers: Content-Length",
                "auth-url: http://auth.default.svc/\nauth-proxy-set-headers: other/map",
                "auth-url: http://auth.default.svc/\nauth-signin: \"a b\""
            })
    void passesNothingOnWhenAnAnnotationCannotBeRead(String annotations) throws Exception {
        int port = serve(annotations);

        assertEquals(503, get(port).status());
        TestIngress.await(
                () ->
                        ingress.api().events().stream()
                                .anyMatch(event -> event.startsWith("InvalidAnnotation: ")));
    }

    @Test
    void passesNothingOnWithoutTheConfigMapOfHeaders() throws Exception {
        int port = serve(URL + "\nauth-proxy-set-headers: missing");

        assertEquals(503, get(port).status());
    }

    @Test
    void tellsWhatIsNotDone() throws Exception {
        int port = serve("auth-url: http://none.default.svc/\nauth-cache-key: $request_body");

        assertEquals(500, get(port).status());
        TestIngress.await(() -> ingress.api().events().toString().contains("auth-cache-key"));
        TestIngress.await(
                () ->
                        ingress.api()
                                .events()
                                .toString()
                                .contains("auth-url: Service default/none does not exist"));
    }
}
