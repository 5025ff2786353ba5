package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.config.ConfigFileException;
import kat.apiserver.config.ServerOptions;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.MemoryStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Audit events that another server takes.
class AuditWebhookTest {

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
    private static final String POLICY =
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules:
            - level: Request
              resources: [{group: "", resources: [configmaps]}]
            - level: None
            """;
    private static final String TRUNCATED = "audit.k8s.io/truncated";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir Path folder;

    private ServerOptions options(HttpsHook hook) throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
        String text = KUBECONFIG.formatted(hook.url("/audit"), hook.authority());
        Path file = Files.writeString(folder.resolve("audit.kc"), text);
        return ServerOptions.NONE
                .with(JsonObject.of("audit-policy-file", Json.of(policy.toString())))
                .with(JsonObject.of("audit-webhook-config-file", Json.of(file.toString())))
                .with(JsonObject.of("audit-webhook-batch-max-wait", Json.of("0.05s")))
                .with(JsonObject.of("audit-webhook-initial-backoff", Json.of("0.01s")))
                .with(JsonObject.of("audit-webhook-truncate-enabled", Json.of(true)))
                .with(JsonObject.of("audit-webhook-truncate-max-event-size", Json.of("2000")));
    }

    private static void create(HttpsClient client, String name, int size) throws Exception {
        String body =
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
                        + name
                        + "\"},\"data\":{\"a\":\""
                        + "x".repeat(size)
                        + "\"}}";
        client.admin("POST", MAPS, body, "Content-Type", "application/json");
    }

    @Test
    void sendsListsOfEventsWithoutLargeBodies() throws Exception {
        BlockingQueue<JsonObject> taken = new LinkedBlockingQueue<>();
        try (HttpsHook hook = new HttpsHook(folder.resolve("hook"))) {
            hook.review(
                    "/audit",
                    list -> {
                        for (JsonObject each : list.array("items").objects()) {
                            taken.add(each.with("list", list.string("kind")));
                        }
                        return JsonObject.EMPTY;
                    });
            try (ApiServer server = started(hook);
                    HttpsClient client = new HttpsClient(server)) {
                create(client, "small", 10);
                create(client, "large", 5000);

                JsonObject one = next(taken);
                JsonObject other = next(taken);

                // two lists may be on their way at once, and overtake each other
                boolean isOrdered = one.object("annotations").string(TRUNCATED).isEmpty();
                JsonObject small = isOrdered ? one : other;
                JsonObject large = isOrdered ? other : one;
                assertEquals("EventList", small.string("list"));
                assertEquals(
                        "xxxxxxxxxx", small.object("requestObject").object("data").string("a"));
                assertTrue(large.object("requestObject").isEmpty());
                assertEquals("true", large.object("annotations").string(TRUNCATED));
            }
        }
    }

    private ApiServer started(HttpsHook hook) throws Exception {
        ApiServer server =
                new ApiServer(
                        ApiServerConfig.local(folder.resolve("pki"))
                                .guardedBy(ServerGuards.of(options(hook))),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        return server;
    }

    private static JsonObject next(BlockingQueue<JsonObject> taken) throws InterruptedException {
        JsonObject event = taken.poll(20, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no audit event came");
        }
        return event;
    }

    @Test
    void refusesTimesThatAreNone() throws Exception {
        try (HttpsHook hook = new HttpsHook(folder.resolve("hook"))) {
            ServerOptions options =
                    options(hook)
                            .with(JsonObject.of("audit-webhook-batch-max-wait", Json.of("soon")));

            ConfigFileException refused =
                    assertThrows(ConfigFileException.class, () -> ServerGuards.of(options));

            assertEquals(
                    "audit-webhook-batch-max-wait must be a time such as 30s, but is \"soon\"",
                    refused.getMessage());
        }
    }
}
