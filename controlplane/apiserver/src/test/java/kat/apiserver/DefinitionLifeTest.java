package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.custom.Definition;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import kat.client.DeleteOptions;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Definitions over their life: names that others have, versions that were stored, schemas that
/// become stricter than what is stored.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DefinitionLifeTest {

    private static final int ATTEMPTS = 100;
    private static final String GROUP = "example.org";
    private static final String LOOSE = "{\"type\": \"string\"}";
    private static final String STRICT = "{\"type\": \"string\", \"maxLength\": 3}";
    private static final String VERSION =
            """
            {"name": "%s", "served": true, "storage": %s, "schema": {"openAPIV3Schema": {
              "type": "object", "properties": {"spec": {"type": "object", "properties": {
                "text": %s, "other": {"type": "string"}}}}}}}
            """;
    private static final String DEFINITION =
            """
            {"metadata": {"name": "%s.example.org"},
             "spec": {"group": "example.org", "scope": "Namespaced",
               "names": {"plural": "%s", "singular": "%s", "kind": "%s", "listKind": "%s"},
               "versions": [%s]}}
            """;
    private static final String WIDGET =
            """
            {"apiVersion": "example.org/v1", "kind": "Widget",
             "metadata": {"name": "w", "namespace": "default"}, "spec": {"text": "long text"}}
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
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String version(String name, boolean isStored, String text) {
        return VERSION.formatted(name, isStored, text);
    }

    private KubeObject define(String plural, String kind, String listKind, String versions) {
        String singular = plural.substring(0, plural.length() - 1);
        String text = DEFINITION.formatted(plural, plural, singular, kind, listKind, versions);
        return local.create(
                        Kinds.CUSTOM_RESOURCE_DEFINITION,
                        KubeObject.parse(text.getBytes(UTF_8)),
                        WriteOptions.NONE)
                .object();
    }

    private KubeObject definition(String plural) {
        return local.get(Kinds.CUSTOM_RESOURCE_DEFINITION, new ObjectKey("", plural + "." + GROUP));
    }

    private void change(String versions) {
        JsonArray list = (JsonArray) Json.parse(("[" + versions + "]").getBytes(UTF_8));
        update(d -> d.withSpec(spec -> spec.with("versions", list)), WriteOptions.NONE);
    }

    /// The server writes conditions of its own meanwhile.
    private void update(UnaryOperator<KubeObject> change, WriteOptions options) {
        for (int attempt = 1; ; attempt++) {
            try {
                KubeObject changed = change.apply(definition("widgets"));
                var _ = local.update(Kinds.CUSTOM_RESOURCE_DEFINITION, changed, options);
                return;
            } catch (StatusException e) {
                if (!e.is("Conflict") || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void await(BooleanSupplier wanted) {
        while (!wanted.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private Kind widgets(String version) {
        await(() -> server.kinds().byKind(GROUP + "/" + version, "Widget") != null);
        return server.kinds().byKind(GROUP + "/" + version, "Widget");
    }

    private String condition(String plural, String type) {
        JsonObject found = Definition.condition(definition(plural), type);
        return found.string("status")
                + " "
                + found.string("reason")
                + ": "
                + found.string("message");
    }

    @Test
    void waitsForAKindThatAnotherDefinitionHas() {
        var _ = define("widgets", "Widget", "WidgetList", version("v1", true, LOOSE));
        await(() -> condition("widgets", "Established").startsWith("True"));
        var _ = define("gadgets", "Widget", "GadgetList", version("v1", true, LOOSE));

        await(() -> condition("gadgets", "NamesAccepted").startsWith("False"));
        assertEquals(
                "False KindConflict: \"Widget\" is already in use",
                condition("gadgets", "NamesAccepted"));
        assertEquals(
                "False NotAccepted: not all names are accepted",
                condition("gadgets", "Established"));

        var _ =
                local.delete(
                        Kinds.CUSTOM_RESOURCE_DEFINITION,
                        new ObjectKey("", "widgets.example.org"),
                        DeleteOptions.NONE);
        await(() -> condition("gadgets", "Established").startsWith("True"));
        assertEquals("True NoConflicts: no conflicts found", condition("gadgets", "NamesAccepted"));
    }

    @Test
    void remembersEachVersionThatWasStoredAndKeepsItServable() {
        var _ = define("widgets", "Widget", "WidgetList", version("v1", true, LOOSE));
        var _ =
                local.create(
                        widgets("v1"), KubeObject.parse(WIDGET.getBytes(UTF_8)), WriteOptions.NONE);
        change(version("v1", false, LOOSE) + "," + version("v2", true, LOOSE));

        assertEquals(
                List.of("v1", "v2"),
                definition("widgets").status().array("storedVersions").strings());
        StatusException refused =
                assertThrows(StatusException.class, () -> change(version("v2", true, LOOSE)));
        assertTrue(
                refused.status()
                        .message()
                        .contains("status.storedVersions[0]: Invalid value: \"v1\": missing from"),
                refused.status().message());
        assertEquals(
                "long text",
                local.get(widgets("v2"), new ObjectKey("default", "w")).spec().string("text"));

        // what did not change is stored anew all the same, in the version of today
        var _ =
                local.update(
                        widgets("v2"),
                        local.get(widgets("v2"), new ObjectKey("default", "w")),
                        WriteOptions.NONE);
        JsonArray migrated = JsonArray.ofStrings(List.of("v2"));
        update(
                d -> d.withStatus(status -> status.with("storedVersions", migrated)),
                new WriteOptions("status", "test", 0, false));
        change(version("v2", true, LOOSE));
        await(() -> server.kinds().byKind(GROUP + "/v1", "Widget") == null);
        assertEquals(
                "long text",
                local.get(widgets("v2"), new ObjectKey("default", "w")).spec().string("text"));
    }

    @Test
    void letsWhatWasStoredStayWhereASchemaBecameStricter() {
        var _ = define("widgets", "Widget", "WidgetList", version("v1", true, LOOSE));
        KubeObject widget =
                local.create(
                                widgets("v1"),
                                KubeObject.parse(WIDGET.getBytes(UTF_8)),
                                WriteOptions.NONE)
                        .object();
        Kind loose = widgets("v1");
        change(version("v1", true, STRICT));
        await(() -> server.kinds().byKind(GROUP + "/v1", "Widget") != loose);

        KubeObject beside = widget.withSpec(spec -> spec.with("other", "new"));
        KubeObject stored = local.update(widgets("v1"), beside, WriteOptions.NONE).object();
        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () ->
                                local.update(
                                        widgets("v1"),
                                        stored.withSpec(spec -> spec.with("text", "still long")),
                                        WriteOptions.NONE));

        assertEquals("new", stored.spec().string("other"));
        assertEquals(
                "Widget.example.org \"w\" is invalid: spec.text: Too long: may not be more than 3"
                        + " bytes",
                refused.status().message());
    }
}
