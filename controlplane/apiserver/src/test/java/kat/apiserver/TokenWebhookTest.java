package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.config.ConfigFileException;
import kat.apiserver.config.ServerOptions;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.MemoryStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Users whom another server knows.
class TokenWebhookTest {

    @TempDir Path folder;

    private static final String KUBECONFIG =
            """
            apiVersion: v1
            kind: Config
            current-context: hook
            contexts: [{name: hook, context: {cluster: hook%s}}]
            clusters:
            - name: hook
              cluster: {server: "%s", certificate-authority-data: %s}
            users: [{name: me, user: {token: x}}]
            """;

    private static JsonObject parsed(String json) {
        return (JsonObject) Json.parse(json.getBytes(UTF_8));
    }

    private static JsonObject judged(JsonObject review) {
        return switch (review.object("spec").string("token")) {
            case "good" ->
                    parsed(
                            "{\"authenticated\":true,\"user\":{\"username\":\"jane\",\"uid\":\"7\","
                                    + "\"groups\":[\"devs\"],\"extra\":{\"a\":[\"b\"]}}}");
            case "elsewhere" ->
                    parsed(
                            "{\"authenticated\":true,\"audiences\":[\"other\"],\"user\":"
                                    + "{\"username\":\"jane\"}}");
            default -> parsed("{\"authenticated\":false,\"error\":\"never heard of it\"}");
        };
    }

    private static String whoIs(HttpsClient client, String token) throws Exception {
        String body =
                client.admin(
                                "POST",
                                "/apis/authentication.k8s.io/v1/tokenreviews",
                                "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":"
                                        + "\"TokenReview\",\"spec\":{\"token\":\""
                                        + token
                                        + "\"}}",
                                "Content-Type",
                                "application/json")
                        .body();
        return parsed(body).object("status").toString();
    }

    @Test
    void asksWhoATokenIs() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (HttpsHook hook = new HttpsHook(folder.resolve("hook"))) {
            hook.review(
                    "/authenticate",
                    review -> {
                        asked.incrementAndGet();
                        return judged(review);
                    });
            Path file =
                    Files.writeString(
                            folder.resolve("hook.kc"),
                            KUBECONFIG.formatted("", hook.url("/authenticate"), hook.authority()));
            ServerOptions options =
                    ServerOptions.NONE.with(
                            JsonObject.of(
                                    "authentication-token-webhook-config-file",
                                    Json.of(file.toString()),
                                    "authentication-token-webhook-version",
                                    Json.of("v1")));
            try (ApiServer server =
                    new ApiServer(
                            ApiServerConfig.local(folder.resolve("pki"))
                                    .guardedBy(ServerGuards.of(options)),
                            new MemoryStore(),
                            new SystemTicker(),
                            Randomness.system())) {
                server.start();
                try (HttpsClient client = new HttpsClient(server)) {
                    String jane =
                            "{\"audiences\":[\"https://kubernetes.default.svc.cluster.local\"],"
                                    + "\"authenticated\":true,\"user\":{\"extra\":{\"a\":[\"b\"]},"
                                    + "\"groups\":[\"devs\",\"system:authenticated\"],"
                                    + "\"uid\":\"7\",\"username\":\"jane\"}}";
                    assertEquals(jane, whoIs(client, "good"));
                    assertEquals(jane, whoIs(client, "good"));
                    assertEquals(1, asked.get());
                    assertEquals(
                            "{\"error\":\"never heard of it\",\"user\":{}}", whoIs(client, "bad"));
                    assertEquals(
                            "{\"error\":\"invalid bearer token\",\"user\":{}}",
                            whoIs(client, "elsewhere"));
                    assertEquals(
                            401,
                            client.send("GET", "/version", "", "Authorization", "Bearer bad")
                                    .statusCode());
                    assertEquals(
                            200,
                            client.send("GET", "/version", "", "Authorization", "Bearer good")
                                    .statusCode());
                }
            }
        }
    }

    @Test
    void refusesCredentialsThatItWouldNotShow() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("hook.kc"),
                        KUBECONFIG.formatted(", user: me", "https://localhost:1", "''"));
        ServerOptions options =
                ServerOptions.NONE.with(
                        JsonObject.of(
                                "authentication-token-webhook-config-file",
                                Json.of(file.toString())));

        var refused = assertThrows(ConfigFileException.class, () -> ServerGuards.of(options));

        assertEquals(
                file
                        + ": users have credentials, which are not shown to a webhook here; leave"
                        + " \"user\" out of the context",
                refused.getMessage());
    }
}
