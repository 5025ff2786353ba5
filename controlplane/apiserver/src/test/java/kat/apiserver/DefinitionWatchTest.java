package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonArray;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import kat.client.DeleteOptions;
import kat.client.Transport;
import kat.client.WatchEvent;
import kat.client.WatchQuery;
import kat.client.WatchStream;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a watch of custom objects is told when their definition goes or changes: garbage
/// collectors and operators learn only from it that the objects are gone.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DefinitionWatchTest {

    private static final ObjectKey DEFINITION = new ObjectKey("", "widgets.example.org");
    private static final String TEXT =
            """
            {"metadata": {"name": "widgets.example.org"},
             "spec": {"group": "example.org", "scope": "Namespaced",
               "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
               "versions": [{"name": "v1", "served": true, "storage": true, "schema": {
                 "openAPIV3Schema": {"type": "object"}}}]}}
            """;
    private static final String WIDGET =
            """
            {"apiVersion": "example.org/v1", "kind": "Widget",
             "metadata": {"name": "%s", "namespace": "default"}}
            """;

    @TempDir Path folder;
    private ApiServer server;
    private Transport local;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new FakeTicker(Instant.now()),
                        Randomness.seeded(1));
        server.start();
        local = server.transport(User.component("test"));
        var unused =
                local.create(
                        Kinds.CUSTOM_RESOURCE_DEFINITION,
                        KubeObject.parse(TEXT.getBytes(UTF_8)),
                        WriteOptions.NONE);
        unused = local.create(widgets(), widget("w"), WriteOptions.NONE);
        awaitEstablished();
    }

    /// Until the server wrote its conditions, which makes another version of the definition.
    private void awaitEstablished() {
        while (!local.get(Kinds.CUSTOM_RESOURCE_DEFINITION, DEFINITION)
                .status()
                .array("conditions")
                .toString()
                .contains("Established")) {
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Kind widgets() {
        Kind kind = server.kinds().byKind("example.org/v1", "Widget");
        while (kind == null) {
            Thread.onSpinWait();
            kind = server.kinds().byKind("example.org/v1", "Widget");
        }
        return kind;
    }

    private static KubeObject widget(String name) {
        return KubeObject.parse(WIDGET.formatted(name).getBytes(UTF_8));
    }

    private static List<String> rest(WatchStream stream) throws InterruptedException {
        List<String> told = new ArrayList<>();
        while (!stream.isOver()) {
            switch (stream.next(Duration.ofSeconds(10))) {
                case WatchEvent.Added(KubeObject object) -> told.add("added " + object.name());
                case WatchEvent.Modified(KubeObject object) ->
                        told.add("modified " + object.name());
                case WatchEvent.Deleted(KubeObject object) -> told.add("deleted " + object.name());
                case WatchEvent.Failed failed -> told.add(failed.status().reason());
                case null, default -> {}
            }
        }
        return told;
    }

    @Test
    void tellsThatTheObjectsOfADefinitionGoBeforeItEnds() throws Exception {
        try (WatchStream stream = local.watch(widgets(), WatchQuery.after(0))) {
            var unused =
                    local.delete(Kinds.CUSTOM_RESOURCE_DEFINITION, DEFINITION, DeleteOptions.NONE);

            assertEquals(List.of("added w", "deleted w", "Expired"), rest(stream));
        }
    }

    @Test
    void endsAtOnceWhenTheDefinitionChanges() throws Exception {
        try (WatchStream stream = local.watch(widgets(), WatchQuery.after(0))) {
            KubeObject definition = local.get(Kinds.CUSTOM_RESOURCE_DEFINITION, DEFINITION);
            KubeObject changed =
                    definition.withSpec(
                            spec ->
                                    spec.withAt(
                                            JsonArray.ofStrings(List.of("wd")),
                                            "names",
                                            "shortNames"));
            var unused = local.update(Kinds.CUSTOM_RESOURCE_DEFINITION, changed, WriteOptions.NONE);

            assertEquals(List.of("added w", "Expired"), rest(stream));
        }
    }
}
