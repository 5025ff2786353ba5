package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of authenticators count for later requests where an Ingress says so.
class AuthCacheTest {

    private static final String HOST = "a.example.com";
    private static final String CACHED =
            """
            auth-url: http://auth.default.svc/ask
            auth-response-headers: X-User
            auth-cache-key: $http_x_token$cookie_sid
            """;

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

    private int serve(String annotations) throws Exception {
        ingress.put(ingress("a", annotations, rule(HOST, "/", "Prefix", "one")));
        return ingress.port();
    }

    private static RawHttp.Response get(int port, String... headers) throws IOException {
        return RawHttp.get(port, HOST, "/", headers);
    }

    @Test
    void asksOnceForAllRequestsOfAKey() throws Exception {
        authenticator.answers(200, "X-User: alice");
        int port = serve(CACHED);
        get(port, "X-Token: a");
        authenticator.answers(403);

        RawHttp.Response again = get(port, "X-Token: a", "X-User: mallory");

        assertTrue(again.body().contains("X-user=[alice]"), again.body());
        assertEquals(1, authenticator.asked());
        assertEquals(403, get(port, "X-Token: b").status());
        assertEquals(403, get(port).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cookie: sid=a", "X-Token: a,X-Token: b", "X-Token: a,X_Token: b"})
    void asksAboutWhatCouldBeReadInAnotherWay(String lines) throws Exception {
        int port = serve(CACHED);
        get(port, "X-Token: a");
        authenticator.answers(403);

        assertEquals(403, get(port, lines.split(",")).status());
    }

    @ParameterizedTest
    @CsvSource({
        "Set-Cookie: s=1",
        "Cache-Control: no-store",
        "'Cache-Control: private, max-age=60'",
        "Cache-Control: max-age=0",
        "Vary: X-Other",
        "Expires: 0"
    })
    void keepsNoAnswerThatIsNotToBeKept(String header) throws Exception {
        authenticator.answers(200, header);
        int port = serve(CACHED);
        assertEquals(200, get(port, "X-Token: a").status());
        authenticator.answers(403);

        assertEquals(403, get(port, "X-Token: a").status());
    }

    @Test
    void keepsAnswersOfTheStatusesThatAreNamed() throws Exception {
        authenticator.answers(403);
        int port = serve(CACHED + "auth-cache-duration: 403 1h");
        assertEquals(403, get(port, "X-Token: a").status());
        authenticator.answers(200);
        assertEquals(403, get(port, "X-Token: a").status());
        assertEquals(200, get(port, "X-Token: b").status());
        authenticator.answers(401);

        assertEquals(401, get(port, "X-Token: b").status());
    }

    @Test
    void keepsAnswersWhileServersComeAndGo() throws Exception {
        int port = serve(CACHED);
        get(port, "X-Token: a");
        authenticator.answers(403);

        try (TestServer two = new TestServer("two")) {
            ingress.put(slice("one", 2, two.port()));
            TestIngress.await(() -> get(port, "X-Token: a").body().startsWith("two"));
        }

        assertEquals(1, authenticator.asked());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "auth-cache-key: $request_body",
                "auth-cache-key: $http_x_token\nauth-cache-duration: 200 soon",
                "auth-cache-key: $http_x_token\nauth-cache-duration: alice 5m"
            })
    void asksAboutEachRequestWhereItCannotBeRead(String annotations) throws Exception {
        int port = serve("auth-url: http://auth.default.svc/ask\n" + annotations);
        assertEquals(200, get(port).status());
        assertEquals(200, get(port).status());

        assertEquals(2, authenticator.asked());
        TestIngress.await(() -> ingress.api().events().toString().contains("auth-cache-"));
    }
}
