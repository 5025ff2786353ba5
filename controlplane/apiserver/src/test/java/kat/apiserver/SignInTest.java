package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.config.ServerOptions;
import kat.apiserver.oidc.SigningKey;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.MemoryStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Users whom the cluster does not know by itself.
class SignInTest {

    private static final String SELF = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private static final String UNAUTHORIZED =
            "{\"apiVersion\":\"v1\",\"code\":401,\"kind\":\"Status\",\"message\":\"Unauthorized\","
                    + "\"metadata\":{},\"reason\":\"Unauthorized\",\"status\":\"Failure\"}";

    @TempDir Path folder;

    private interface Work {
        void with(HttpsClient client) throws Exception;
    }

    private void run(JsonObject options, Work work) throws Exception {
        try (ApiServer server =
                new ApiServer(
                        ApiServerConfig.local(folder.resolve("pki"))
                                .guardedBy(ServerGuards.of(ServerOptions.NONE.with(options))),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system())) {
            server.start();
            try (HttpsClient client = new HttpsClient(server)) {
                work.with(client);
            }
        }
    }

    private static String whoAmI(HttpsClient client, String token) throws Exception {
        var answer =
                client.send(
                        "POST",
                        SELF,
                        "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":"
                                + "\"SelfSubjectReview\"}",
                        "Authorization",
                        "Bearer " + token,
                        "Content-Type",
                        "application/json");
        return answer.statusCode() == 201
                ? ((JsonObject) Json.parse(answer.body().getBytes(UTF_8)))
                        .at("status", "userInfo")
                        .toString()
                : answer.body();
    }

    @Test
    void signsInByTheTokenFile() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("tokens.csv"),
                        "tok-jane,jane,42,\"devs,ops\"\ntok-joe,joe,43\n");

        run(
                JsonObject.of("token-auth-file", Json.of(file.toString())),
                client -> {
                    assertEquals(
                            "{\"groups\":[\"devs\",\"ops\",\"system:authenticated\"],\"uid\":\"42\","
                                    + "\"username\":\"jane\"}",
                            whoAmI(client, "tok-jane"));
                    assertTrue(whoAmI(client, "tok-joe").contains("\"username\":\"joe\""));
                    assertEquals(UNAUTHORIZED, whoAmI(client, "tok-none"));
                });
    }

    @Test
    void countsWhoShowsNothingApartFromWhoShowsWhatIsNotValid() throws Exception {
        run(
                JsonObject.of("anonymous-auth", Json.of("false")),
                client -> {
                    assertEquals(401, client.send("GET", "/version", "").statusCode());
                    assertEquals(UNAUTHORIZED, whoAmI(client, "tok-none"));
                    assertEquals(UNAUTHORIZED, whoAmI(client, "tok-none"));

                    String told = client.admin("GET", "/metrics", "").body();
                    assertTrue(
                            told.contains("\nauthentication_attempts{result=\"failure\"} 1\n"),
                            told);
                    assertTrue(
                            told.contains("\nauthentication_attempts{result=\"error\"} 2\n"), told);
                });
    }

    @Test
    void signsInWithTokensOfAnIssuer() throws Exception {
        SigningKey key = SigningKey.make("one", "RS256");
        try (HttpsHook issuer = new HttpsHook(folder.resolve("issuer"))) {
            String url = issuer.url("");
            issuer.document(
                    "/.well-known/openid-configuration",
                    () ->
                            JsonObject.of(
                                            "issuer", Json.of(url),
                                            "jwks_uri", Json.of(url + "/keys"))
                                    .toString());
            issuer.document("/keys", key::document);
            Path authority = Files.writeString(folder.resolve("ca.pem"), issuer.pem());
            JsonObject options =
                    JsonObject.builder()
                            .put("oidc-issuer-url", url)
                            .put("oidc-client-id", "kat")
                            .put("oidc-ca-file", authority.toString())
                            .put("oidc-groups-claim", "groups")
                            .build();
            JsonObject claims =
                    JsonObject.builder()
                            .put("iss", url)
                            .put("aud", "kat")
                            .put("sub", "jane")
                            .put("groups", "devs")
                            .put("exp", Instant.now().getEpochSecond() + 600)
                            .build();

            run(
                    options,
                    client -> {
                        for (int i = 0; i < 2; i++) {
                            assertEquals(
                                    "{\"groups\":[\"devs\",\"system:authenticated\"],\"username\":\""
                                            + url
                                            + "#jane\"}",
                                    whoAmI(client, key.sign(claims)));
                        }
                        assertEquals(
                                UNAUTHORIZED,
                                whoAmI(client, key.sign(claims.with("aud", "other"))));
                    });
        }
    }

    @Test
    void whoShowsNothingMayComeWhereTheConfigurationSaysSo() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("authn.yaml"),
                        """
                        apiVersion: apiserver.config.k8s.io/v1
                        kind: AuthenticationConfiguration
                        anonymous: {enabled: true, conditions: [{path: /livez}]}
                        """);

        run(
                JsonObject.of("authentication-config", Json.of(file.toString())),
                client -> {
                    assertEquals(200, client.send("GET", "/livez", "").statusCode());
                    assertEquals(401, client.send("GET", "/version", "").statusCode());
                    assertEquals(200, client.admin("GET", "/version", "").statusCode());
                });
        run(
                JsonObject.of("anonymous-auth", Json.of("false")),
                client -> {
                    var answer = client.send("GET", "/livez", "");
                    assertEquals(401, answer.statusCode());
                    assertEquals(UNAUTHORIZED, answer.body());
                });
    }
}
