package kat.kubelet.csi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.client.testing.ReadOnlyTransport;
import kat.csi.CsiException;
import kat.csi.NodeCapability;
import kat.csi.NodeFacts;
import kat.csi.NodePlugin;
import kat.csi.PluginInfo;
import kat.csi.Plugins;
import kat.csi.VolumeFigures;
import kat.kubelet.volumes.KubeletFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Each socket has a driver of the same name and the version that the socket is called by; the API
/// knows the driver already and takes no change.
class RegistrarTest {

    private static final String NAME = "disk.example.com";
    private static final Path LOWER = Path.of("/plugins/1.0.0");
    private static final Path HIGHER = Path.of("/plugins/1.1.0");

    private final List<String> closed = new ArrayList<>();
    private final Map<Path, String> broken = new HashMap<>();
    private final Drivers drivers = new Drivers();
    private Registrar registrar;

    @BeforeEach
    void make() {
        ReadOnlyTransport api = new ReadOnlyTransport();
        KubeObject node =
                object(
                        """
                        {"metadata":{"name":"node-0","uid":"n",
                          "annotations":{"%s":"{\\"%s\\":\\"the-node\\"}"}}}
                        """
                                .formatted(CsiNodeObjects.NODE_IDS, NAME));
        api.put(Kinds.NODE, node);
        api.put(
                Kinds.builtIn().require("storage.k8s.io/v1", "CSINode"),
                object(
                        """
                        {"metadata":{"name":"node-0",
                          "ownerReferences":[{"apiVersion":"v1","kind":"Node","uid":"n"}]},
                         "spec":{"drivers":[
                           {"name":"%s","nodeID":"the-node","topologyKeys":[]}]}}
                        """
                                .formatted(NAME)));
        registrar =
                new Registrar(
                        new Versioned(),
                        drivers,
                        new DriverNode(api, "node-0"),
                        new KubeletFolder(Path.of("/kubelet")));
    }

    private static KubeObject object(String text) {
        return KubeObject.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private final class Versioned implements Plugins {

        @Override
        public PluginInfo info(Path socket) {
            String version = socket.getFileName().toString();
            return new PluginInfo(PluginInfo.STORAGE, NAME, "", List.of(version));
        }

        @Override
        public void notify(Path socket, boolean registered, String error) {
            if (broken.getOrDefault(socket, "").equals("notify")) {
                throw new CsiException(CsiException.Code.UNAVAILABLE, "gone", null);
            }
        }

        @Override
        public NodePlugin connect(Path endpoint) {
            return new Node(endpoint);
        }

        @Override
        public void close() {}
    }

    private final class Node implements NodePlugin {

        private final Path endpoint;

        Node(Path endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public NodeFacts info() {
            if (broken.getOrDefault(endpoint, "").equals("info")) {
                throw new CsiException(CsiException.Code.INTERNAL, "broken", null);
            }
            return new NodeFacts("the-node", 0, new TreeMap<>());
        }

        @Override
        public Set<NodeCapability> capabilities() {
            return Set.of();
        }

        @Override
        public void stage(Stage request) {}

        @Override
        public void unstage(String volume, String stagingPath) {}

        @Override
        public void publish(Publish request) {}

        @Override
        public void unpublish(String volume, String targetPath) {}

        @Override
        public void expand(Expand request) {}

        @Override
        public VolumeFigures figures(String volume, String path) {
            throw new IllegalStateException("nobody asks");
        }

        @Override
        public void close() {
            closed.add(endpoint.getFileName().toString());
        }
    }

    @Test
    void aHigherVersionTakesThePlaceOfALowerOne() {
        Driver lower = registrar.register(LOWER);
        assertNotNull(lower);

        Driver higher = registrar.register(HIGHER);

        assertEquals(List.of("1.0.0"), closed);
        assertFalse(registrar.release(lower), "its socket goes last");
        assertSame(higher, drivers.find(NAME));
        assertEquals(List.of("1.0.0"), closed);
    }

    @Test
    void aHigherVersionThatFailsLeavesTheLowerOne() {
        Driver lower = registrar.register(LOWER);
        broken.put(HIGHER, "info");

        assertNull(registrar.register(HIGHER));

        assertSame(lower, drivers.find(NAME));
        assertEquals(List.of("1.1.0"), closed);
    }

    @Test
    void aDriverThatDoesNotHearOfItIsRegisteredAllTheSame() {
        broken.put(LOWER, "notify");

        assertNotNull(registrar.register(LOWER));
        assertNotNull(drivers.find(NAME));
    }
}
