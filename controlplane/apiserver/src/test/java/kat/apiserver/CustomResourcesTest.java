package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import kat.store.Store;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustomResourcesTest {

    private static final ObjectKey DEFINITION = new ObjectKey("", "widgets.example.org");
    private static final ObjectKey WIDGET = new ObjectKey("default", "w");

    @TempDir Path folder;
    private final Store store = new MemoryStore();
    private final Semaphore changes = new Semaphore(0);
    private ApiServer server;
    private Transport local;

    @BeforeEach
    void start() throws IOException {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        store,
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        server.onKindsChanged(changes::release);
        local = server.transport(User.component("test"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static KubeObject definition(String specProperties) {
        return object(
                """
                {"metadata": {"name": "widgets.example.org"}, "spec": {
                  "group": "example.org", "scope": "Namespaced",
                  "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
                  "versions": [{"name": "v1", "served": true, "storage": true, "schema": {
                    "openAPIV3Schema": {"type": "object", "properties": {
                      "spec": {"type": "object", "properties": %s}}}}}]}}
                """
                        .formatted(specProperties));
    }

    private static KubeObject widget(String spec) {
        return object(
                "{\"metadata\":{\"name\":\"w\",\"namespace\":\"default\"},\"spec\":" + spec + "}");
    }

    private static KubeObject object(String json) {
        return KubeObject.parse(json.getBytes(UTF_8));
    }

    private void await(BooleanSupplier wanted) throws InterruptedException {
        while (!wanted.getAsBoolean()) {
            assertTrue(changes.tryAcquire(10, TimeUnit.SECONDS), "the kinds change in time");
        }
    }

    private Kind define(String specProperties) throws InterruptedException {
        local.create(
                Kinds.CUSTOM_RESOURCE_DEFINITION, definition(specProperties), WriteOptions.NONE);
        await(() -> kind() != null);
        return assertNotNullKind();
    }

    /// Replaces the spec; the server may write the status meanwhile.
    private void redefine(KubeObject definition) {
        while (true) {
            KubeObject live = local.get(Kinds.CUSTOM_RESOURCE_DEFINITION, DEFINITION);
            KubeObject wish = new KubeObject(live.tree().with("spec", definition.spec()));
            try {
                local.update(Kinds.CUSTOM_RESOURCE_DEFINITION, wish, WriteOptions.NONE);
                return;
            } catch (StatusException e) {
                assertTrue(e.is("Conflict"), e.getMessage());
            }
        }
    }

    private Kind kind() {
        return server.kinds().byKind("example.org/v1", "Widget");
    }

    private Kind assertNotNullKind() {
        Kind found = kind();
        assertNotNull(found);
        return found;
    }

    @Test
    void prunesAndDefaultsWhatItServes() throws Exception {
        Kind kind = define("{\"color\":{\"type\":\"string\",\"default\":\"red\"}}");

        KubeObject stored =
                local.create(kind, widget("{\"unknown\":1}"), WriteOptions.NONE).object();

        assertEquals("{\"color\":\"red\"}", stored.spec().toString());
        assertEquals("Widget", stored.kind());
        assertEquals(1, stored.generation());
    }

    @Test
    void fillsDefaultsIntoWhatWasStoredBeforeThem() throws Exception {
        Kind kind = define("{\"size\":{\"type\":\"integer\"}}");
        local.create(kind, widget("{\"size\":1}"), WriteOptions.NONE);
        changes.drainPermits();

        redefine(definition("{\"shape\":{\"type\":\"string\",\"default\":\"o\"}}"));

        await(() -> local.get(kind, WIDGET).spec().has("shape"));
        assertEquals("{\"shape\":\"o\"}", local.get(kind, WIDGET).spec().toString());
    }

    /// The defaulted field is no part of what is applied, and no part of a change.
    @Test
    void writesNothingWhenAnAtomicMapWithDefaultsIsAppliedAgain() throws Exception {
        Kind kind =
                define(
                        """
                        {"ref": {"type": "object", "x-kubernetes-map-type": "atomic", "properties": {
                          "name": {"type": "string"},
                          "namespace": {"type": "string", "default": "other"}}}}
                        """);
        KubeObject wish =
                new KubeObject(
                        widget("{\"ref\":{\"name\":\"x\"}}")
                                .tree()
                                .with("apiVersion", "example.org/v1")
                                .with("kind", "Widget"));
        WriteOptions applier = WriteOptions.by("applier");
        local.patch(kind, WIDGET, Patch.apply(wish.tree(), false), applier);
        KubeObject live = local.get(kind, WIDGET);
        JsonArray aged =
                live.metadata()
                        .array("managedFields")
                        .map(entry -> ((JsonObject) entry).with("time", "2020-01-01T00:00:00Z"));
        local.update(
                kind,
                live.withTree(tree -> tree.withAt(aged, "metadata", "managedFields")),
                WriteOptions.NONE);
        KubeObject before = local.get(kind, WIDGET);

        local.patch(kind, WIDGET, Patch.apply(wish.tree(), false), applier);

        assertEquals(before.tree(), local.get(kind, WIDGET).tree());
    }

    @Test
    void keepsAnAppliedNullWhereTheSchemaAllowsIt() throws Exception {
        Kind kind =
                define(
                        "{\"free\":{\"type\":\"object\",\"nullable\":true},"
                                + "\"bound\":{\"type\":\"object\"}}");
        JsonObject named =
                widget("{\"free\":null}")
                        .tree()
                        .with("apiVersion", "example.org/v1")
                        .with("kind", "Widget");
        JsonObject wrong = named.with("spec", JsonObject.of("bound", JsonNull.NULL));

        local.patch(kind, WIDGET, Patch.apply(named, false), WriteOptions.by("applier"));
        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () ->
                                local.patch(
                                        kind,
                                        WIDGET,
                                        Patch.apply(wrong, false),
                                        WriteOptions.by("applier")));

        assertEquals("{\"free\":null}", local.get(kind, WIDGET).spec().toString());
        assertTrue(
                refused.status().message().contains("must be of type object"),
                refused.status().message());
    }

    @Test
    void servesNothingWhileTheAuthoritiesOfItsWebhookCannotBeRead() throws Exception {
        JsonObject conversion =
                object(
                                """
                                {"strategy": "Webhook", "webhook": {
                                  "conversionReviewVersions": ["v1"], "clientConfig": {
                                    "url": "https://localhost/convert", "caBundle": "Cg=="}}}
                                """)
                        .tree();
        JsonObject wrong = definition("{}").tree().withAt(conversion, "spec", "conversion");
        local.create(Kinds.CUSTOM_RESOURCE_DEFINITION, new KubeObject(wrong), WriteOptions.NONE);
        KubeObject right =
                object(
                        definition("{}")
                                .tree()
                                .toString()
                                .replace("widget", "gadget")
                                .replace("Widget", "Gadget"));

        local.create(Kinds.CUSTOM_RESOURCE_DEFINITION, right, WriteOptions.NONE);
        await(() -> server.kinds().byKind("example.org/v1", "Gadget") != null);

        assertNull(kind());
    }

    @Test
    void scalesWhatLiesInNoNamespace() throws Exception {
        local.create(
                Kinds.CUSTOM_RESOURCE_DEFINITION,
                object(
                        """
                        {"metadata": {"name": "gadgets.example.org"}, "spec": {
                          "group": "example.org", "scope": "Cluster",
                          "names": {"plural": "gadgets", "singular": "gadget", "kind": "Gadget"},
                          "versions": [{"name": "v1", "served": true, "storage": true,
                            "subresources": {"scale": {"specReplicasPath": ".spec.replicas",
                              "statusReplicasPath": ".status.replicas"}},
                            "schema": {"openAPIV3Schema": {"type": "object",
                              "x-kubernetes-preserve-unknown-fields": true}}}]}}
                        """),
                WriteOptions.NONE);
        await(() -> server.kinds().byKind("example.org/v1", "Gadget") != null);
        Kind kind = server.kinds().byKind("example.org/v1", "Gadget");
        assertNotNull(kind);
        local.create(
                kind,
                object("{\"metadata\":{\"name\":\"g\"},\"spec\":{\"replicas\":1}}"),
                WriteOptions.NONE);

        KubeObject scaled = patchScale(kind, 3);

        assertEquals(3, scaled.spec().integer("replicas", 0));
        StatusException refused = assertThrows(StatusException.class, () -> patchScale(kind, -1));
        assertEquals(
                "Gadget.example.org \"g\" is invalid: .spec.replicas: Invalid value: -1: should be a"
                        + " non-negative integer",
                refused.status().message());
    }

    private KubeObject patchScale(Kind kind, long replicas) {
        JsonObject wish = JsonObject.EMPTY.withAt(Json.of(replicas), "spec", "replicas");
        return local.patch(
                        kind,
                        new ObjectKey("", "g"),
                        new Patch(Patch.MERGE, wish, false),
                        WriteOptions.NONE.on("scale"))
                .object();
    }

    @Test
    void servesStoredDefinitionsAfterRestart() throws Exception {
        local.create(
                define("{\"size\":{\"type\":\"integer\"}}"),
                widget("{\"size\":1}"),
                WriteOptions.NONE);
        server.close();

        start();

        assertEquals(Json.of(1), local.get(assertNotNullKind(), WIDGET).spec().get("size"));
    }

    @Test
    void deletesObjectsWithTheirDefinition() throws Exception {
        Kind kind = define("{\"size\":{\"type\":\"integer\"}}");
        local.create(kind, widget("{\"size\":1}"), WriteOptions.NONE);

        local.delete(Kinds.CUSTOM_RESOURCE_DEFINITION, DEFINITION, DeleteOptions.NONE);

        await(() -> kind() == null);
        assertThrows(StatusException.class, () -> local.list(kind, ListQuery.ALL));
        assertThrows(
                StatusException.class,
                () -> local.get(Kinds.CUSTOM_RESOURCE_DEFINITION, DEFINITION));
    }

    @Test
    void appliesMakeNothingNewWhileTheDefinitionEnds() throws Exception {
        Kind kind = define("{\"size\":{\"type\":\"integer\"}}");
        KubeObject held =
                widget("{}")
                        .withMetadata(
                                meta -> meta.with("finalizers", JsonArray.of(Json.of("a.b/c"))));
        local.create(kind, held, WriteOptions.NONE);
        local.delete(Kinds.CUSTOM_RESOURCE_DEFINITION, DEFINITION, DeleteOptions.NONE);
        JsonObject wish =
                widget("{}")
                        .tree()
                        .with("apiVersion", "example.org/v1")
                        .with("kind", "Widget")
                        .withAt(Json.of("other"), "metadata", "name");

        List<String> refusals = new ArrayList<>();
        await(
                () -> {
                    try {
                        local.patch(
                                kind,
                                new ObjectKey("default", "other"),
                                Patch.apply(wish, false),
                                new WriteOptions("", "applier", 0, true));
                    } catch (StatusException refused) {
                        refusals.add(refused.status().message());
                    }
                    return !refusals.isEmpty();
                });

        assertEquals(
                List.of(
                        "widgets.example.org \"other\" is forbidden: create not allowed while custom"
                                + " resource definition is terminating"),
                refusals);
    }
}
