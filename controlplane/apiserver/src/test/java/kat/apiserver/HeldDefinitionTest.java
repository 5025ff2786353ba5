package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.custom.Definition;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import kat.client.DeleteOptions;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The end of a definition that somebody else's finalizer holds.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class HeldDefinitionTest {

    private static final ObjectKey DEFINITION = new ObjectKey("", "widgets.example.org");
    private static final String TEXT =
            """
            {"metadata": {"name": "widgets.example.org", "finalizers": ["example.org/held"]},
             "spec": {"group": "example.org", "scope": "Namespaced",
               "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
               "versions": [{"name": "v1", "served": true, "storage": true, "schema": {
                 "openAPIV3Schema": {"type": "object"}}}]}}
            """;
    private static final String WIDGET =
            """
            {"apiVersion": "example.org/v1", "kind": "Widget", "metadata": {"name": "w"}}
            """;

    @TempDir Path folder;
    private final FakeTicker ticker = new FakeTicker(Instant.now());
    private ApiServer server;
    private Transport local;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        ticker,
                        Randomness.seeded(1));
        server.start();
        local = server.transport(User.component("test"));
        var unused =
                local.create(
                        Kinds.CUSTOM_RESOURCE_DEFINITION,
                        KubeObject.parse(TEXT.getBytes(UTF_8)),
                        WriteOptions.NONE);
        await(() -> server.kinds().byKind("example.org/v1", "Widget") != null);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static void await(BooleanSupplier wanted) {
        while (!wanted.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private String terminating() {
        KubeObject definition = local.get(Kinds.CUSTOM_RESOURCE_DEFINITION, DEFINITION);
        JsonObject condition = Definition.condition(definition, "Terminating");
        return condition.string("status") + " " + condition.string("reason");
    }

    private void apply() {
        Kind kind = server.kinds().byKind("example.org/v1", "Widget");
        assertNotNull(kind);
        Patch wish = Patch.apply((JsonObject) Json.parse(WIDGET.getBytes(UTF_8)), false);
        var unused =
                local.patch(
                        kind,
                        new ObjectKey("default", "w"),
                        wish,
                        new WriteOptions("", "applier", 0, true));
    }

    private boolean applies() {
        try {
            apply();
            return true;
        } catch (StatusException refused) {
            return false;
        }
    }

    @Test
    void makesNothingNewForFiveSecondsAndAgainThereafter() {
        var unused = local.delete(Kinds.CUSTOM_RESOURCE_DEFINITION, DEFINITION, DeleteOptions.NONE);
        await(() -> terminating().equals("True InstanceDeletionInProgress"));
        ticker.advance(Duration.ofSeconds(3));

        StatusException refused = assertThrows(StatusException.class, this::apply);

        assertEquals(
                "widgets.example.org \"w\" is forbidden: create not allowed while custom resource"
                        + " definition is terminating",
                refused.status().message());
        assertEquals("True InstanceDeletionInProgress", terminating());

        await(
                () -> {
                    ticker.advance(Duration.ofSeconds(1));
                    return terminating().equals("False InstanceDeletionCompleted");
                });
        await(this::applies);
    }
}
