package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.DeleteOptions;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookAdmissionTest {

    private static final String RULE =
            """
            {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"],
             "operations": ["%s"]}""";

    @TempDir Path folder;
    private final Map<String, JsonObject> seen = new ConcurrentHashMap<>();
    private HttpsHook hook;
    private ApiServer server;
    private Transport admin;

    @BeforeEach
    void start() throws Exception {
        hook = new HttpsHook(folder.resolve("hook"));
        server =
                new ApiServer(
                        ApiServerConfig.local(folder.resolve("server")),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        admin = server.transport(User.of("alice", List.of("system:masters", "dev")));
    }

    @AfterEach
    void stop() {
        server.close();
        hook.close();
    }

    private static KubeObject object(String json) {
        return KubeObject.parse(json.getBytes(UTF_8));
    }

    private static KubeObject configMap(String name) {
        return object(
                "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"default\"},\"data\":{\"a\":\"1\"}}"
                        .formatted(name));
    }

    private static JsonObject allowed() {
        return JsonObject.of("allowed", Json.of(true));
    }

    private static JsonObject patching(String patch) {
        String encoded = Base64.getEncoder().encodeToString(patch.getBytes(UTF_8));
        return allowed().with("patch", encoded).with("patchType", "JSONPatch");
    }

    /// Registers a webhook at `/NAME` for an operation on ConfigMaps.
    private void register(Kind kind, String name, String operation, String more) {
        String configuration =
                """
                {"metadata": {"name": "%s"}, "webhooks": [{
                  "name": "%s.example.org", "clientConfig": {"url": "%s", "caBundle": "%s"},
                  "rules": [%s], "sideEffects": "None", "admissionReviewVersions": ["v1"]%s}]}
                """
                        .formatted(
                                name,
                                name,
                                hook.url("/" + name),
                                hook.authority(),
                                RULE.formatted(operation),
                                more);
        admin.create(kind, object(configuration), WriteOptions.NONE);
    }

    private Status refusal(KubeObject object) {
        return assertThrows(
                        StatusException.class,
                        () -> admin.create(Kinds.CONFIG_MAP, object, WriteOptions.NONE))
                .status();
    }

    @Test
    void refusesWhatAWebhookDoesNotAllowInItsWords() {
        hook.answer(
                "/no",
                request ->
                        JsonObject.of(
                                "allowed",
                                Json.of(false),
                                "status",
                                JsonObject.of("code", Json.of(403), "message", Json.of("not me"))));
        register(Kinds.VALIDATING_WEBHOOKS, "no", "CREATE", "");

        Status status = refusal(configMap("a"));

        assertEquals(403, status.code());
        assertEquals(
                "admission webhook \"no.example.org\" denied the request: not me",
                status.message());
    }

    @Test
    void sendsTheWholeRequest() {
        hook.answer(
                "/see",
                request -> {
                    seen.put(request.string("operation"), request);
                    return allowed();
                });
        register(Kinds.VALIDATING_WEBHOOKS, "see", "*", "");

        admin.create(Kinds.CONFIG_MAP, configMap("a"), WriteOptions.NONE);
        ObjectKey key = new ObjectKey("default", "a");
        admin.delete(Kinds.CONFIG_MAP, key, DeleteOptions.NONE);

        JsonObject create = seen.get("CREATE");
        assertEquals(
                "{\"group\":\"\",\"kind\":\"ConfigMap\",\"version\":\"v1\"}",
                create.object("kind").toString());
        assertEquals(
                "{\"group\":\"\",\"resource\":\"configmaps\",\"version\":\"v1\"}",
                create.object("requestResource").toString());
        assertEquals("alice", create.object("userInfo").string("username"));
        assertTrue(create.object("userInfo").array("groups").strings().contains("dev"));
        assertEquals("a", create.object("object").object("metadata").string("name"));
        assertEquals("CreateOptions", create.object("options").string("kind"));
        assertTrue(create.has("oldObject"));
        assertEquals("default", create.string("namespace"));
        JsonObject delete = seen.get("DELETE");
        assertEquals("1", delete.object("oldObject").object("data").string("a"));
        assertTrue(delete.object("object").isEmpty());
    }

    @Test
    void appliesPatchesOneAfterTheOther() {
        hook.answer(
                "/first",
                request -> patching("[{\"op\":\"add\",\"path\":\"/data/b\",\"value\":\"2\"}]"));
        hook.answer(
                "/second",
                request ->
                        request.object("object").object("data").has("b")
                                ? patching(
                                        "[{\"op\":\"add\",\"path\":\"/data/c\",\"value\":\"3\"}]")
                                : allowed());
        register(Kinds.MUTATING_WEBHOOKS, "second", "CREATE", "");
        register(Kinds.MUTATING_WEBHOOKS, "first", "CREATE", "");

        KubeObject made =
                admin.create(Kinds.CONFIG_MAP, configMap("a"), WriteOptions.NONE).object();

        assertEquals(
                "{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}", made.tree().object("data").toString());
    }

    @Test
    void asksAgainWhoWantsToSeeLaterChanges() {
        AtomicInteger calls = new AtomicInteger();
        hook.answer(
                "/again",
                request -> {
                    calls.incrementAndGet();
                    return allowed();
                });
        hook.answer(
                "/later",
                request -> patching("[{\"op\":\"add\",\"path\":\"/data/b\",\"value\":\"2\"}]"));
        register(
                Kinds.MUTATING_WEBHOOKS,
                "again",
                "CREATE",
                ", \"reinvocationPolicy\": \"IfNeeded\"");
        register(Kinds.MUTATING_WEBHOOKS, "later", "CREATE", "");

        admin.create(Kinds.CONFIG_MAP, configMap("a"), WriteOptions.NONE);

        assertEquals(2, calls.get());
    }

    @Test
    void goesOnWithoutAWebhookThatMayFail() {
        register(Kinds.MUTATING_WEBHOOKS, "gone", "CREATE", ", \"failurePolicy\": \"Ignore\"");

        admin.create(Kinds.CONFIG_MAP, configMap("a"), WriteOptions.NONE);

        assertEquals("a", admin.get(Kinds.CONFIG_MAP, new ObjectKey("default", "a")).name());
    }

    @Test
    void failsWithAWebhookThatMustNotFail() {
        register(Kinds.MUTATING_WEBHOOKS, "gone", "CREATE", "");

        Status status = refusal(configMap("a"));

        assertEquals(500, status.code());
        assertEquals(
                "Internal error occurred: failed calling webhook \"gone.example.org\": failed to"
                        + " call webhook: the server could not find the requested resource",
                status.message());
    }

    @Test
    void givesASlowWebhookNoMoreThanItsTime() {
        CountDownLatch over = new CountDownLatch(1);
        hook.answer(
                "/slow",
                request -> {
                    try {
                        over.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return allowed();
                });
        register(Kinds.VALIDATING_WEBHOOKS, "slow", "CREATE", ", \"timeoutSeconds\": 1");

        Status status = refusal(configMap("a"));
        over.countDown();

        assertEquals(
                "Internal error occurred: failed calling webhook \"slow.example.org\": failed to"
                        + " call webhook: Post \""
                        + hook.url("/slow?timeout=1s")
                        + "\": context deadline exceeded",
                status.message());
    }

    @Test
    void asksOnlyWhereSelectorsAndConditionsHold() {
        hook.answer("/no", request -> JsonObject.of("allowed", Json.of(false)));
        register(
                Kinds.VALIDATING_WEBHOOKS,
                "no",
                "CREATE",
                """
                , "objectSelector": {"matchLabels": {"check": "yes"}},
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "default"}},
                "matchConditions": [{"name": "c",
                  "expression": "object.metadata.name.startsWith('x') && request.userInfo.username == 'alice' && !authorizer.requestResource.check('fly').allowed() == false"}]
                """);
        KubeObject labelled =
                object(
                        """
                        {"metadata":{"name":"x1","namespace":"default","labels":{"check":"yes"}}}
                        """);

        admin.create(Kinds.CONFIG_MAP, configMap("x0"), WriteOptions.NONE);
        Status status = refusal(labelled);

        assertEquals(
                "admission webhook \"no.example.org\" denied the request without explanation",
                status.message());
    }

    @Test
    void prunesWhatAWebhookAddsToACustomResource() throws Exception {
        Semaphore changes = new Semaphore(0);
        server.onKindsChanged(changes::release);
        admin.create(
                Kinds.CUSTOM_RESOURCE_DEFINITION,
                object(
                        """
                        {"metadata": {"name": "widgets.example.org"}, "spec": {
                          "group": "example.org", "scope": "Namespaced",
                          "names": {"plural": "widgets", "kind": "Widget"},
                          "versions": [{"name": "v1", "served": true, "storage": true,
                            "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                              "data": {"type": "object", "properties": {
                                "known": {"type": "string"}}}}}}}]}}
                        """),
                WriteOptions.NONE);
        while (server.kinds().byKind("example.org/v1", "Widget") == null) {
            assertTrue(changes.tryAcquire(10, TimeUnit.SECONDS), "the kinds change in time");
        }
        hook.answer(
                "/add",
                request ->
                        patching(
                                """
                                [{"op":"add","path":"/data","value":{"known":"1","other":"2"}}]
                                """));
        String configuration =
                """
                {"metadata": {"name": "add"}, "webhooks": [{
                  "name": "add.example.org", "clientConfig": {"url": "%s", "caBundle": "%s"},
                  "rules": [{"apiGroups": ["example.org"], "apiVersions": ["v1"],
                    "resources": ["widgets"], "operations": ["CREATE"]}],
                  "sideEffects": "None", "admissionReviewVersions": ["v1"]}]}
                """
                        .formatted(hook.url("/add"), hook.authority());
        admin.create(Kinds.MUTATING_WEBHOOKS, object(configuration), WriteOptions.NONE);

        KubeObject made =
                admin.create(
                                server.kinds().require("example.org/v1", "Widget"),
                                object("{\"metadata\":{\"name\":\"w\",\"namespace\":\"default\"}}"),
                                WriteOptions.NONE)
                        .object();

        assertEquals("{\"known\":\"1\"}", made.tree().object("data").toString());
    }

    @Test
    void wantsToKnowWhichVersionOfAConfigurationIsReplaced() {
        register(Kinds.VALIDATING_WEBHOOKS, "see", "CREATE", "");
        KubeObject stored =
                admin.get(Kinds.VALIDATING_WEBHOOKS, new ObjectKey("", "see"))
                        .withMetadata(metadata -> metadata.without("resourceVersion"));

        Status status =
                assertThrows(
                                StatusException.class,
                                () ->
                                        admin.update(
                                                Kinds.VALIDATING_WEBHOOKS,
                                                stored,
                                                WriteOptions.NONE))
                        .status();

        assertEquals(
                "validatingwebhookconfigurations.admissionregistration.k8s.io \"see\" is invalid:"
                        + " metadata.resourceVersion: Invalid value: 0: must be specified for an"
                        + " update",
                status.message());
    }

    @Test
    void showsTheVersionThatTheRuleNames() {
        hook.answer(
                "/old",
                request -> {
                    seen.put("old", request);
                    return allowed();
                });
        String configuration =
                """
                {"metadata": {"name": "old"}, "webhooks": [{
                  "name": "old.example.org", "clientConfig": {"url": "%s", "caBundle": "%s"},
                  "rules": [{"apiGroups": ["autoscaling"], "apiVersions": ["v1"],
                    "resources": ["horizontalpodautoscalers"], "operations": ["CREATE"]}],
                  "sideEffects": "None", "admissionReviewVersions": ["v1"]}]}
                """
                        .formatted(hook.url("/old"), hook.authority());
        admin.create(Kinds.VALIDATING_WEBHOOKS, object(configuration), WriteOptions.NONE);
        Kind autoscaler = server.kinds().require("autoscaling/v2", "HorizontalPodAutoscaler");

        admin.create(
                autoscaler,
                object(
                        """
                        {"metadata":{"name":"h","namespace":"default"},"spec":{"maxReplicas":3,
                         "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"},
                         "metrics":[{"type":"Resource","resource":{"name":"cpu",
                          "target":{"type":"Utilization","averageUtilization":50}}}]}}
                        """),
                WriteOptions.NONE);

        JsonObject request = seen.get("old");
        assertEquals("v1", request.object("kind").string("version"));
        assertEquals("v2", request.object("requestKind").string("version"));
        assertTrue(request.object("object").object("status").has("currentReplicas"));
        assertEquals(
                50,
                request.object("object")
                        .object("spec")
                        .integer("targetCPUUtilizationPercentage", 0));
    }

    @Test
    void changesScalesAndNotWhatTheyScale() {
        hook.answer(
                "/scale",
                request -> {
                    seen.put("scale", request);
                    return patching(
                            "[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":5}]");
                });
        String configuration =
                """
                {"metadata": {"name": "scale"}, "webhooks": [{
                  "name": "scale.example.org", "clientConfig": {"url": "%s", "caBundle": "%s"},
                  "rules": [{"apiGroups": ["apps"], "apiVersions": ["v1"],
                    "resources": ["replicasets/scale"], "operations": ["UPDATE"]}],
                  "sideEffects": "None", "admissionReviewVersions": ["v1"]}]}
                """
                        .formatted(hook.url("/scale"), hook.authority());
        admin.create(Kinds.MUTATING_WEBHOOKS, object(configuration), WriteOptions.NONE);
        Kind sets = server.kinds().require("apps/v1", "ReplicaSet");
        admin.create(
                sets,
                object(
                        """
                        {"metadata":{"name":"r","namespace":"default"},"spec":{"replicas":1,
                         "selector":{"matchLabels":{"a":"b"}},"template":{
                          "metadata":{"labels":{"a":"b"}},
                          "spec":{"containers":[{"name":"c","image":"i"}]}}}}
                        """),
                WriteOptions.NONE);

        admin.patch(
                sets,
                new ObjectKey("default", "r"),
                new Patch(
                        "application/merge-patch+json",
                        Json.parse("{\"spec\":{\"replicas\":3}}".getBytes(UTF_8)),
                        false),
                WriteOptions.NONE.on("scale"));

        assertEquals("Scale", seen.get("scale").object("kind").string("kind"));
        assertEquals("scale", seen.get("scale").string("subResource"));
        KubeObject after = admin.get(sets, new ObjectKey("default", "r"));
        assertEquals(5, after.spec().integer("replicas", 0));
    }

    @Test
    void sendsTheNamespaceAndTheGeneratedName() {
        for (String name : List.of("first", "last")) {
            hook.answer(
                    "/" + name,
                    request -> {
                        seen.put(name, request);
                        return allowed();
                    });
        }
        register(Kinds.MUTATING_WEBHOOKS, "first", "CREATE", "");
        register(Kinds.VALIDATING_WEBHOOKS, "last", "CREATE", "");

        KubeObject made =
                admin.create(
                                Kinds.CONFIG_MAP,
                                object(
                                        "{\"metadata\":{\"generateName\":\"g-\",\"namespace\":"
                                                + "\"default\"}}"),
                                WriteOptions.NONE)
                        .object();

        JsonObject first = seen.get("first").object("object").object("metadata");
        assertEquals("default", first.string("namespace"));
        assertEquals("", seen.get("first").string("name"));
        assertEquals(made.name(), seen.get("last").string("name"));
    }

    @Test
    void refusesPatchesThatChangeTheNamespaceOrTheKind() {
        hook.answer("/kind", request -> patching(replacing(request, "/kind", "Secret")));
        register(Kinds.MUTATING_WEBHOOKS, "kind", "CREATE", "");

        Status kind = refusal(configMap("kind"));
        Status namespace = refusal(configMap("space"));

        assertEquals(
                "Internal error occurred: no kind \"Secret\" is registered for version \"v1\" in"
                        + " scheme \"pkg/runtime/scheme.go:111\"",
                kind.message());
        assertEquals(
                "the namespace of the provided object does not match the namespace sent on the"
                        + " request",
                namespace.message());
    }

    /// Replaces a member for the object of that name, else the namespace.
    private static String replacing(JsonObject request, String path, String value) {
        return request.string("name").equals(path.substring(1))
                ? "[{\"op\":\"replace\",\"path\":\"" + path + "\",\"value\":\"" + value + "\"}]"
                : "[{\"op\":\"replace\",\"path\":\"/metadata/namespace\",\"value\":\"other\"}]";
    }
}
