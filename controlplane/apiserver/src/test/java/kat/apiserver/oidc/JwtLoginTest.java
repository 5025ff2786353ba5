package kat.apiserver.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.apiserver.auth.Login;
import kat.apiserver.auth.User;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtLoginTest {

    private static final Instant NOW = Instant.parse("2026-11-21T16:00:00Z");
    private static final SigningKey KEY = SigningKey.make("one", "RS256");

    private final FakeTicker ticker = new FakeTicker(NOW);
    private String keys = KEY.document();
    private String issuer = "https://issuer.example.com";
    private boolean isDown;
    private int fetches;

    private byte[] get(URI address) throws IOException {
        fetches++;
        if (isDown) {
            throw new IOException("connection refused");
        }
        return switch (address.toString()) {
            case "https://issuer.example.com/.well-known/openid-configuration" ->
                    ("{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"https://keys.example.com/\"}")
                            .getBytes(UTF_8);
            case "https://keys.example.com/" -> keys.getBytes(UTF_8);
            default -> throw new IOException("no such document " + address);
        };
    }

    private static final String PLAIN =
            "claimMappings: {username: {claim: sub, prefix: 'ex:'}, groups: {claim: groups,"
                    + " prefix: ''}}";

    private JwtLogin login(String settings) {
        String yaml =
                "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n"
                        + "jwt: [{issuer: {url: 'https://issuer.example.com', audiences: [kat]}, "
                        + settings
                        + "}]";
        JwtConfig config =
                AuthenticationFile.parse((JsonObject) Yaml.parse(yaml)).issuers().getFirst();
        return new JwtLogin(config, this::get, ticker);
    }

    private static JsonObject claims(String more) {
        String json =
                "{\"iss\":\"https://issuer.example.com\",\"aud\":\"kat\",\"sub\":\"jane\",\"exp\":"
                        + NOW.plusSeconds(600).getEpochSecond()
                        + (more.isEmpty() ? "" : "," + more)
                        + "}";
        return (JsonObject) Json.parse(json.getBytes(UTF_8));
    }

    private static String token(String more) {
        return KEY.sign(claims(more));
    }

    private static User accepted(Login login) {
        return assertInstanceOf(Login.Accepted.class, login, login::toString).user();
    }

    private static String refused(Login login) {
        return assertInstanceOf(Login.Refused.class, login, login::toString).why();
    }

    @Test
    void makesAUserOfClaims() {
        User user = accepted(login(PLAIN).login(token("\"groups\":[\"a\",\"b\"],\"jti\":\"7\"")));

        assertEquals(
                new User(
                        "ex:jane",
                        "",
                        List.of("a", "b", "system:authenticated"),
                        new TreeMap<>(
                                Map.of(
                                        "authentication.kubernetes.io/credential-id",
                                        List.of("JTI=7")))),
                user);
    }

    @Test
    void makesAUserOfExpressions() {
        String settings =
                """
                claimMappings: {
                  username: {expression: "claims.team + ':' + claims.sub"},
                  groups: {expression: "claims.roles.split(',')"},
                  uid: {claim: oid},
                  extra: [{key: example.com/tenant, valueExpression: "claims.tenant"}]},
                claimValidationRules: [
                  {claim: hd, requiredValue: example.com},
                  {expression: "claims.exp - claims.iat <= 900", message: too long}],
                userValidationRules: [
                  {expression: "!user.username.startsWith('system:')", message: reserved}]
                """;
        String rest =
                "\"team\":\"blue\",\"roles\":\"x,y\",\"oid\":\"42\",\"tenant\":\"t1\","
                        + "\"hd\":\"example.com\",\"iat\":"
                        + NOW.getEpochSecond();

        User user = accepted(login(settings).login(token(rest)));

        assertEquals(
                new User(
                        "blue:jane",
                        "42",
                        List.of("x", "y", "system:authenticated"),
                        new TreeMap<>(Map.of("example.com/tenant", List.of("t1")))),
                user);
        assertEquals(
                "oidc: error evaluating user info validation rule: validation expression"
                        + " '!user.username.startsWith('system:')' failed: reserved",
                refused(login(settings).login(token(rest.replace("blue", "system")))));
        assertEquals(
                "oidc: required claim hd value does not match. Got = evil.com, want = example.com",
                refused(login(settings).login(token(rest.replace("example.com", "evil.com")))));
        assertEquals(
                "oidc: error evaluating claim validation expression: validation expression"
                        + " 'claims.exp - claims.iat <= 900' failed: too long",
                refused(
                        login(settings)
                                .login(
                                        token(
                                                rest.replace(
                                                        "" + NOW.getEpochSecond(),
                                                        "" + NOW.getEpochSecond() / 2)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS512"})
    void verifiesEachAlgorithm(String algorithm) {
        SigningKey key = SigningKey.make("k", algorithm);
        keys = key.document();

        assertEquals("ex:jane", accepted(login(PLAIN).login(key.sign(claims("")))).name());
        String other = SigningKey.make("k", algorithm).sign(claims(""));
        assertEquals(
                "oidc: verify token: failed to verify signature: failed to verify id token"
                        + " signature",
                refused(login(PLAIN).login(other)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"aud\":\"other\" | oidc: verify token: oidc: expected audience \"kat\" got"
                        + " [\"other\"]",
                "\"exp\":1 | oidc: verify token: oidc: token is expired (Token Expiry:"
                        + " 1970-01-01T00:00:01Z)",
                "\"nbf\":1795277000 | oidc: verify token: oidc: current time"
                        + " 2026-11-21T16:00:00Z before the nbf (not before) time:"
                        + " 2026-11-21T16:03:20Z",
                "\"sub\":7 | oidc: parse username claims \"sub\": it is no text",
                "\"groups\":{} | oidc: parse groups claim \"groups\": it is no list of texts",
            })
    void refusesTokensOfTheIssuer(String claim, String why) {
        JsonObject more = (JsonObject) Json.parse(("{" + claim + "}").getBytes(UTF_8));
        JsonObject all = claims("");
        String name = more.names().getFirst();

        String token = KEY.sign(all.with(name, more.valueAt(0)));

        assertEquals(why, refused(login(PLAIN).login(token)));
    }

    @Test
    void knowsNothingOfOtherTokens() {
        JwtLogin login = login(PLAIN);

        assertEquals(Login.ABSENT, login.login("secret"));
        assertEquals(Login.ABSENT, login.login("a.b.c"));
        assertEquals(
                Login.ABSENT,
                login.login(KEY.sign(claims("").with("iss", "https://other.example.com"))));
        assertEquals(0, fetches);
    }

    @Test
    void takesNewKeysWhenATokenNamesOneAndDoesNotAskTooOften() {
        JwtLogin login = login(PLAIN);
        accepted(login.login(token("")));
        assertEquals(2, fetches);
        SigningKey next = SigningKey.make("two", "ES256");
        keys = next.document();
        ticker.advance(Duration.ofSeconds(11));

        assertEquals("ex:jane", accepted(login.login(next.sign(claims("")))).name());
        String unknown = SigningKey.make("three", "ES256").sign(claims(""));
        for (int i = 0; i < 5; i++) {
            refused(login.login(unknown));
        }

        assertEquals(3, fetches);
    }

    @Test
    void waitsForAnIssuerThatIsDown() {
        isDown = true;
        JwtLogin login = login(PLAIN);

        assertEquals(
                "oidc: authenticator not initialized: connection refused",
                refused(login.login(token(""))));
        isDown = false;
        ticker.advance(Duration.ofSeconds(11));

        assertEquals("ex:jane", accepted(login.login(token(""))).name());
    }

    @Test
    void doesNotTrustADocumentOfAnotherIssuer() {
        issuer = "https://evil.example.com";

        assertEquals(
                "oidc: authenticator not initialized: oidc: issuer did not match the issuer"
                        + " returned by provider, expected \"https://issuer.example.com\" got"
                        + " \"https://evil.example.com\"",
                refused(login(PLAIN).login(token(""))));
    }

    @Test
    void remembersATokenForTenSeconds() {
        JwtLogin login = login(PLAIN);
        String token = token("");
        assertEquals(Login.ABSENT, login.known(token));

        accepted(login.login(token));

        accepted(login.known(token));
        ticker.advance(Duration.ofSeconds(11));
        assertEquals(Login.ABSENT, login.known(token));
    }
}
