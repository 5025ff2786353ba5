package kat.addons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.base.SystemTicker;
import kat.client.testing.ReadOnlyTransport;
import org.junit.jupiter.api.Test;

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

    @Test
    void aReleaseInANamespaceOfOthersIsNoneOfAnAddon() {
        release("tenant", "9");
        release("tenant-too", "none");

        assertThrows(AddonException.class, () -> addons.disable("trial", Addons.Data.DELETE));
        assertEquals("no", addons.list().getFirst().enabled());
    }
}
