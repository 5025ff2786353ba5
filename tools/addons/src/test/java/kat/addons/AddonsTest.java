package kat.addons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.base.SystemTicker;
import kat.base.testing.FakeTicker;
import kat.client.testing.ReadOnlyTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class AddonsTest {

    private final ReadOnlyTransport transport = new ReadOnlyTransport();
    private final Addons addons =
            new Addons(
                    new Catalogue(
                            new TreeMap<>(
                                    Map.of(
                                            "trial",
                                            new Addon("trial", "1", "", false, Path.of("trial"))))),
                    transport,
                    words -> {
                        throw new AssertionError("Helm is asked: " + words);
                    },
                    new SystemTicker());

    private void release(String namespace, String revision) {
        JsonObject labels =
                JsonObject.builder()
                        .put("owner", "helm")
                        .put(Release.ADDON, "trial")
                        .put("version", revision)
                        .build();
        JsonObject metadata =
                JsonObject.builder()
                        .put("name", "sh.helm.release.v1.trial.v" + revision)
                        .put("namespace", namespace)
                        .put("labels", labels)
                        .build();
        JsonObject secret =
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Secret")
                        .put("metadata", metadata)
                        .build();
        KubeObject unused = transport.put(Kinds.SECRET, new KubeObject(secret));
    }

    private void put(Kind kind, JsonObject metadata) {
        JsonObject tree =
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", kind.kind())
                        .put("metadata", metadata)
                        .build();
        KubeObject unused = transport.put(kind, new KubeObject(tree));
    }

    /// @param said by the server of the add-on's program; empty where there is none
    private boolean isLeftAlone(String said) throws Exception {
        put(Kinds.NAMESPACE, JsonObject.EMPTY.with("name", "kat-trial"));
        put(Kinds.NAMESPACE, JsonObject.EMPTY.with("name", Addons.SYSTEM));
        JsonObject annotations =
                said.isEmpty() ? JsonObject.EMPTY : JsonObject.EMPTY.with("kat.dev/program", said);
        put(
                Kinds.CONFIG_MAP,
                JsonObject.EMPTY
                        .with("name", "trial")
                        .with("namespace", Addons.SYSTEM)
                        .with("annotations", annotations));
        FakeTicker ticker = new FakeTicker(Instant.parse("2026-01-01T00:00:00Z"));
        Addon trial = new Addon("trial", "1", "", true, Path.of("trial"));
        Addons addons =
                new Addons(
                        new Catalogue(new TreeMap<>(Map.of("trial", trial))),
                        transport,
                        words -> new Helm.Outcome(0, "{}", ""),
                        ticker);
        Addons.Wish wish = new Addons.Wish(List.of(), false, Duration.ofMinutes(5));
        FutureTask<Addons.Enabled> enabling = new FutureTask<>(() -> addons.enable("trial", wish));
        Thread unused = Thread.ofVirtual().start(enabling);
        while (!enabling.isDone()) {
            ticker.advance(Duration.ofSeconds(1));
            Thread.onSpinWait();
        }
        return enabling.get().isLeftAlone();
    }

    @Test
    void tellsWhetherAServerOfKatHasTakenItsProgramUp() throws Exception {
        assertTrue(isLeftAlone(""));
        assertFalse(isLeftAlone("running"));
        assertFalse(isLeftAlone("failed: no disk"), "that is told elsewhere");
    }

    @Test
    void aReleaseInANamespaceOfOthersIsNoneOfAnAddon() {
        release("tenant", "9");
        release("tenant-too", "none");

        assertThrows(AddonException.class, () -> addons.disable("trial", Addons.Data.DELETE));
        assertEquals("no", addons.list().getFirst().enabled());
    }
}
