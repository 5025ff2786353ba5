package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.Cause;
import kat.store.MemoryStore;
import kat.store.Store;
import kat.store.Transaction;
import kat.store.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Definitions in the store that no server would take today, beside good ones.
class DefinitionFaultsTest {

    private static final String PREFIX =
            "/registry/customresourcedefinitions.apiextensions.k8s.io/";
    private static final String MALFORMED = "{\"metadata\":";

    /// Its authorities are no Base64.
    private static final String UNFIT =
            """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
             "metadata": {"name": "bads.example.org", "uid": "1"}, "spec": {
               "group": "example.org", "scope": "Namespaced",
               "names": {"plural": "bads", "singular": "bad", "kind": "Bad",
                 "listKind": "BadList"},
               "conversion": {"strategy": "Webhook", "webhook": {
                 "conversionReviewVersions": ["v1"],
                 "clientConfig": {"url": "https://localhost", "caBundle": "A"}}},
               "versions": [{"name": "v1", "served": true, "storage": true, "schema": {
                 "openAPIV3Schema": {"type": "object"}}}]},
             "status": {
               "acceptedNames": {"plural": "bads", "singular": "bad", "kind": "Bad",
                 "listKind": "BadList"},
               "conditions": [{"type": "NamesAccepted", "status": "True"},
                 {"type": "Established", "status": "True"}]}}
            """;

    @TempDir Path folder;
    private final Store store = new MemoryStore();
    private final Semaphore changes = new Semaphore(0);
    private ApiServer server;
    private Transport local;

    @BeforeEach
    void prepare() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        store,
                        new SystemTicker(),
                        Randomness.system());
        server.onKindsChanged(changes::release);
        local = server.transport(User.component("test"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void put(String name, String json) {
        store.commit(
                Transaction.put(
                        PREFIX + name, 0, Value.of(json.getBytes(UTF_8)), Cause.by("test")));
    }

    private void define(String plural, String kind) {
        String json =
                """
                {"metadata": {"name": "%1$s.example.org"}, "spec": {
                  "group": "example.org", "scope": "Namespaced",
                  "names": {"plural": "%1$s", "kind": "%2$s"},
                  "versions": [{"name": "v1", "served": true, "storage": true, "schema": {
                    "openAPIV3Schema": {"type": "object"}}}]}}
                """;
        local.create(
                Kinds.CUSTOM_RESOURCE_DEFINITION,
                KubeObject.parse(json.formatted(plural, kind).getBytes(UTF_8)),
                WriteOptions.NONE);
    }

    private List<String> served() {
        return server.kinds().all().stream()
                .filter(kind -> kind.group().equals("example.org"))
                .map(Kind::plural)
                .toList();
    }

    private void awaitServed(String plural) throws InterruptedException {
        while (!served().contains(plural)) {
            assertTrue(changes.tryAcquire(30, TimeUnit.SECONDS), plural + " is served in time");
        }
    }

    @Test
    void servesTheOthersWhenOneThatIsStoredCannotBe() throws Exception {
        put("bads.example.org", UNFIT);
        put("malformed.example.org", MALFORMED);
        server.start();

        define("widgets", "Widget");

        awaitServed("widgets");
        assertEquals(List.of("widgets"), served());
    }

    @Test
    void goesOnAfterOneThatCannotBeServed() throws Exception {
        server.start();
        define("widgets", "Widget");
        awaitServed("widgets");

        put("bads.example.org", UNFIT);
        put("malformed.example.org", MALFORMED);
        define("gadgets", "Gadget");

        awaitServed("gadgets");
        assertTrue(served().contains("widgets"), served()::toString);
    }
}
