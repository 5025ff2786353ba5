package kat.kubelet.csi;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.client.testing.ReadOnlyTransport;
import kat.csi.CsiException;
import kat.csi.NodeCapability;
import kat.csi.NodeFacts;
import kat.csi.PluginInfo;
import kat.csi.testing.FakeNode;
import kat.csi.testing.FakePlugins;
import kat.csi.testing.TestDriver;
import kat.kubelet.plugins.Registered;
import kat.kubelet.plugins.Registrar;
import kat.kubelet.volumes.KubeletFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Each socket has a driver of the same name and the version that the socket is called by; the
/// API knows the driver already and takes no change.
class StorageHandlerTest {

    private static final String NAME = "disk.example.com";
    private static final Path LOWER = Path.of("/plugins/1.0.0");
    private static final Path HIGHER = Path.of("/plugins/1.1.0");

    private final FakePlugins plugins = new FakePlugins();
    private final FakeNode ofLower = plugin(LOWER);
    private final FakeNode ofHigher = plugin(HIGHER);
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
        KubeletFolder folder = new KubeletFolder(Path.of("/kubelet"));
        StorageHandler handler =
                new StorageHandler(plugins, drivers, new DriverNode(api, "node-0"), folder);
        registrar = new Registrar(plugins, Map.of(PluginInfo.STORAGE, handler), folder);
    }

    private static KubeObject object(String text) {
        return KubeObject.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private FakeNode plugin(Path socket) {
        return plugins.put(
                socket,
                new TestDriver.Options(
                        NAME,
                        socket,
                        "",
                        List.of(socket.getFileName().toString()),
                        EnumSet.noneOf(NodeCapability.class),
                        new NodeFacts("the-node", 0, new TreeMap<>())));
    }

    @Test
    void aHigherVersionTakesThePlaceOfALowerOne() {
        Registered lower = registrar.register(LOWER);
        assertNotNull(lower);

        Registered higher = registrar.register(HIGHER);

        assertTrue(ofLower.isClosed());
        assertNotNull(higher);
        assertFalse(lower.release().getAsBoolean(), "its socket goes last");
        assertSame(ofHigher, Objects.requireNonNull(drivers.find(NAME)).node());
        assertFalse(ofHigher.isClosed());
    }

    @Test
    void aHigherVersionThatFailsLeavesTheLowerOne() {
        Registered lower = registrar.register(LOWER);
        ofHigher.fail("NodeGetInfo", CsiException.Code.INTERNAL, "broken");

        assertNull(registrar.register(HIGHER));

        assertNotNull(lower);
        assertSame(ofLower, Objects.requireNonNull(drivers.find(NAME)).node());
        assertTrue(ofHigher.isClosed());
        assertFalse(ofLower.isClosed());
    }

    @Test
    void aDriverThatDoesNotHearOfItIsRegisteredAllTheSame() {
        ofLower.fail("NotifyRegistrationStatus", CsiException.Code.UNAVAILABLE, "gone");

        assertNotNull(registrar.register(LOWER));
        assertNotNull(drivers.find(NAME));
    }
}
