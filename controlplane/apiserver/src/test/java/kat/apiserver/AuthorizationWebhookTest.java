package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.config.ConfigFileException;
import kat.apiserver.config.ServerOptions;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.MemoryStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Another server decides what users may do.
class AuthorizationWebhookTest {

    private static final String KUBECONFIG =
            """
            apiVersion: v1
            kind: Config
            current-context: hook
            contexts: [{name: hook, context: {cluster: hook}}]
            clusters:
            - name: hook
              cluster: {server: "%s", certificate-authority-data: %s}
            """;
    private static final String CONFIG =
            """
            apiVersion: apiserver.config.k8s.io/v1
            kind: AuthorizationConfiguration
            authorizers:
            - type: Webhook
              name: other
              webhook:
                timeout: 3s
                subjectAccessReviewVersion: v1
                matchConditionSubjectAccessReviewVersion: v1
                failurePolicy: %s
                connectionInfo: {type: KubeConfigFile, kubeConfigFile: %s}
                matchConditions:
                - expression: "%s"
            - {type: Node, name: node}
            - {type: RBAC, name: rbac}
            """;
    private static final String OURS =
            "has(request.resourceAttributes) && request.resourceAttributes.resource != 'pods'";

    @TempDir Path folder;

    private final List<JsonObject> asked = new CopyOnWriteArrayList<>();

    private JsonObject judged(JsonObject review) {
        JsonObject spec = review.object("spec");
        asked.add(spec);
        String resource = spec.object("resourceAttributes").string("resource");
        return switch (resource) {
            case "configmaps" -> JsonObject.of("allowed", Json.of(true));
            case "secrets" ->
                    JsonObject.EMPTY
                            .with("denied", Json.of(true))
                            .with("reason", "secrets are ours");
            default -> JsonObject.of("allowed", Json.of(false));
        };
    }

    private ServerOptions options(String policy, String url, String authority, String condition)
            throws Exception {
        Path hook = folder.resolve("hook.kc");
        Files.writeString(hook, KUBECONFIG.formatted(url, authority));
        Path file = folder.resolve("authorization.yaml");
        Files.writeString(file, CONFIG.formatted(policy, hook, condition));
        Path tokens = folder.resolve("tokens.csv");
        Files.writeString(tokens, "jane-token,jane,7,\"devs\"\n");
        return ServerOptions.NONE
                .with(JsonObject.of("authorization-config", Json.of(file.toString())))
                .with(JsonObject.of("token-auth-file", Json.of(tokens.toString())));
    }

    private ApiServer server(ServerOptions options) throws Exception {
        ApiServerConfig config =
                ApiServerConfig.local(folder.resolve("pki")).guardedBy(ServerGuards.of(options));
        ApiServer server =
                new ApiServer(config, new MemoryStore(), new SystemTicker(), Randomness.system());
        server.start();
        return server;
    }

    private static HttpResponse<String> list(HttpsClient client, String resource) throws Exception {
        String path = "/api/v1/namespaces/default/" + resource + "?fieldSelector=metadata.name%3Da";
        return client.send("GET", path, "", "Authorization", "Bearer jane-token");
    }

    @Test
    void allowsDeniesOrLeavesItToOthers() throws Exception {
        try (HttpsHook hook = new HttpsHook(folder.resolve("hook"))) {
            hook.review("/authorize", this::judged);
            ServerOptions options = options("Deny", hook.url("/authorize"), hook.authority(), OURS);
            try (ApiServer server = server(options);
                    HttpsClient client = new HttpsClient(server)) {
                assertEquals(200, list(client, "configmaps").statusCode());
                HttpResponse<String> denied = list(client, "secrets");
                assertEquals(403, denied.statusCode());
                assertTrue(denied.body().contains("secrets are ours"), denied.body());
                assertEquals(403, list(client, "endpoints").statusCode());
            }
        }
        JsonObject first = asked.getFirst();
        assertEquals("jane", first.string("user"));
        assertEquals("7", first.string("uid"));
        assertEquals(List.of("devs", "system:authenticated"), first.array("groups").strings());
        JsonObject resource = first.object("resourceAttributes");
        assertEquals("list", resource.string("verb"));
        assertEquals("default", resource.string("namespace"));
        JsonObject field =
                resource.object("fieldSelector").array("requirements").objects().getFirst();
        assertEquals("metadata.name", field.string("key"));
        assertEquals(List.of("a"), field.array("values").strings());
    }

    @Test
    void remembersAnswersAndAsksOnlyWhereConditionsHold() throws Exception {
        try (HttpsHook hook = new HttpsHook(folder.resolve("hook"))) {
            hook.review("/authorize", this::judged);
            ServerOptions options = options("Deny", hook.url("/authorize"), hook.authority(), OURS);
            try (ApiServer server = server(options);
                    HttpsClient client = new HttpsClient(server)) {
                for (int i = 0; i < 3; i++) {
                    assertEquals(200, list(client, "configmaps").statusCode());
                    assertEquals(403, list(client, "pods").statusCode());
                }
            }
        }
        assertEquals(1, asked.size(), asked::toString);
    }

    @Test
    void aConditionWithoutValueIsAFailureOfThePolicysKind() throws Exception {
        String broken = "request.extra['none'][0] == 'x'";
        try (HttpsHook hook = new HttpsHook(folder.resolve("hook"))) {
            hook.review("/authorize", this::judged);
            ServerOptions options =
                    options("NoOpinion", hook.url("/authorize"), hook.authority(), broken);
            try (ApiServer server = server(options);
                    HttpsClient client = new HttpsClient(server)) {
                HttpResponse<String> failed = list(client, "configmaps");
                assertEquals(500, failed.statusCode());
                assertTrue(failed.body().contains("cel evaluation error"), failed.body());
                assertEquals(
                        200,
                        client.admin("GET", "/api/v1/namespaces/default/configmaps", "")
                                .statusCode());
            }
        }
        assertEquals(List.of(), asked);
    }

    @Test
    void aServerThatIsAwayFailsWhatNobodyElseAllows() throws Exception {
        ServerOptions options = options("NoOpinion", "https://127.0.0.1:1/x", "", OURS);
        try (ApiServer server = server(options);
                HttpsClient client = new HttpsClient(server)) {
            HttpResponse<String> failed = list(client, "configmaps");

            assertEquals(500, failed.statusCode());
            String start = "Internal Server Error: \"/api/v1/namespaces/default/configmaps";
            assertTrue(failed.body().startsWith(start), failed.body());
        }
    }

    @Test
    void whatCannotBeUsedIsToldAtTheStart() throws Exception {
        String url = "https://127.0.0.1:1/x";
        for (String[] each :
                new String[][] {
                    {"Maybe", OURS, "failurePolicy: Unsupported value: \"Maybe\""},
                    {"Deny", "request.nothing == 'x'", "compilation failed"},
                    {"Deny", "request.user", "must evaluate to bool"},
                }) {
            ServerOptions options = options(each[0], url, "", each[1]);

            ConfigFileException refused =
                    assertThrows(ConfigFileException.class, () -> ServerGuards.of(options));

            assertTrue(String.valueOf(refused.getMessage()).contains(each[2]), refused::toString);
        }
    }
}
