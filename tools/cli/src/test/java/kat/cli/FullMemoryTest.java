package kat.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.app.ClusterFiles;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.Transport;
import kat.client.WriteOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server whose memory fills up with what clients store.
class FullMemoryTest {

    private static final String LARGE = "x".repeat(900_000);
    private static final int TOO_MANY = 100; // 90 MB, of 128

    @TempDir private Path folder;
    private KatProcess kat;

    @BeforeEach
    void giveLittleMemory() {
        kat = KatProcess.in(folder).with("JAVA_TOOL_OPTIONS", "-Xmx128m");
    }

    @AfterEach
    void leaveNothing() throws IOException, InterruptedException {
        int unused = kat.run("delete");
    }

    private static KubeObject map(String name) {
        String text =
                """
                {"apiVersion": "v1", "kind": "ConfigMap",
                 "metadata": {"name": "%s", "namespace": "default"}, "data": {"large": "%s"}}"""
                        .formatted(name, LARGE);
        return new KubeObject((JsonObject) Json.parse(text.getBytes(UTF_8)));
    }

    private static void create(Transport api, String name) {
        var unused = api.create(Kinds.CONFIG_MAP, map(name), WriteOptions.NONE);
    }

    private static void createTooMany(Transport api) {
        for (int i = 0; i < TOO_MANY; i++) {
            create(api, "large-" + i);
        }
    }

    private static boolean takesAnother(Transport api) {
        try {
            create(api, "another");
            return true;
        } catch (StatusException e) {
            assertEquals(500, e.status().code(), e::getMessage);
            return false;
        }
    }

    @Test
    void refusesWhatIsNewAndTakesItAgainOnceThereIsRoom() throws Exception {
        assertEquals(0, kat.run("up", "--simulated-nodes", "1"), kat.said());
        int port = ClusterFiles.of(kat.home().resolve(".kat"), "kat").readConfig().apiPort();
        Transport api = OwnApi.transport(kat.cluster().resolve("pki"), Integer.toString(port));

        StatusException full = assertThrows(StatusException.class, () -> createTooMany(api));

        assertEquals("InternalError", full.status().reason());
        assertTrue(
                full.status().message().contains("the server's memory is full:"), full::getMessage);
        for (KubeObject stored : api.list(Kinds.CONFIG_MAP, ListQuery.in("default")).items()) {
            if (stored.name().startsWith("large-")) {
                ObjectKey key = ObjectKey.of("default", stored.name());
                var unused = api.delete(Kinds.CONFIG_MAP, key, DeleteOptions.NONE);
            }
        }
        KatProcess.await("room", () -> takesAnother(api));
    }
}
