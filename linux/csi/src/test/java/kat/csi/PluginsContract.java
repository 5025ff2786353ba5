package kat.csi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.csi.NodePlugin.Place;
import kat.csi.testing.Call;
import kat.csi.testing.TestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What whoever uses plug-ins may rely on, whatever is behind them.
public abstract class PluginsContract {

    private static final VolumeUse FILES =
            new VolumeUse(
                    VolumeUse.AccessMode.SINGLE_NODE_WRITER,
                    false,
                    "ext4",
                    List.of("noatime"),
                    "5");
    private static final VolumeUse DEVICE =
            new VolumeUse(VolumeUse.AccessMode.MULTI_NODE_MULTI_WRITER, true, "", List.of(), "");

    /// What a driver is at the two sockets that it has.
    public interface Behind extends AutoCloseable {

        Plugins plugins();

        Path registration();

        Path endpoint();

        void fail(String method, CsiException.Code code, String words);

        List<Call> calls();

        /// What the driver was told of its registration: why not, or nothing.
        String verdict() throws InterruptedException;

        @Override
        void close();
    }

    @TempDir Path folder;

    private Behind behind;
    private NodePlugin node;

    /// Starts a driver and lets it be reached.
    protected abstract Behind start(TestDriver.Options options, Path home) throws Exception;

    private TestDriver.Options options() {
        return new TestDriver.Options(
                "disk.example.com",
                folder.resolve("d"),
                "/var/lib/kubelet/plugins/d/csi.sock",
                List.of("1.0.0", "1.1.0"),
                EnumSet.of(NodeCapability.STAGE_UNSTAGE_VOLUME, NodeCapability.EXPAND_VOLUME),
                new NodeFacts("the-node", 7, map("zone", "z1")));
    }

    private static SequencedMap<String, String> map(String key, String value) {
        return new TreeMap<>(Map.of(key, value));
    }

    @BeforeEach
    void connect() throws Exception {
        behind = start(options(), folder);
        node = behind.plugins().connect(behind.endpoint());
    }

    @AfterEach
    void close() {
        node.close();
        behind.close();
    }

    @Test
    void aPluginTellsWhatItIs() {
        assertEquals(
                new PluginInfo(
                        "CSIPlugin",
                        "disk.example.com",
                        "/var/lib/kubelet/plugins/d/csi.sock",
                        List.of("1.0.0", "1.1.0")),
                behind.plugins().info(behind.registration()));
    }

    @Test
    void aPluginHearsThatItIsRegistered() throws Exception {
        behind.plugins().notify(behind.registration(), true, "");

        assertEquals("", behind.verdict());
    }

    @Test
    void aPluginHearsWhyItIsNotRegistered() throws Exception {
        behind.plugins().notify(behind.registration(), false, "too old");

        assertEquals("too old", behind.verdict());
    }

    @Test
    void nobodyAnswersWhereNobodyIs() {
        Path absent = folder.resolve("absent.sock");

        CsiException failure =
                assertThrows(
                        CsiException.class,
                        () -> {
                            try (NodePlugin other = behind.plugins().connect(absent)) {
                                var _ = other.info();
                            }
                        });

        assertEquals(CsiException.Code.UNAVAILABLE, failure.code());
        assertFalse(failure.isFinal());
    }

    @Test
    void aDriverTellsOfTheNodeAndOfWhatItCanDo() {
        assertEquals(options().facts(), node.info());
        assertEquals(options().capabilities(), node.capabilities());
    }

    @Test
    void aDriverHearsAllOfAVolume() {
        VolumeFacts facts = new VolumeFacts(map("at", "1"), map("key", "k"), map("color", "red"));
        Place both = new Place(at("staged"), at("target"));

        node.stage(new NodePlugin.Stage("v", at("staged"), FILES, facts));
        node.publish(new NodePlugin.Publish("v", both, FILES, true, facts));
        node.expand(new NodePlugin.Expand("v", both, 1 << 30, DEVICE, facts));
        node.unpublish("v", at("target"));
        node.unstage("v", at("staged"));

        VolumeFacts secrets = new VolumeFacts(new TreeMap<>(), map("key", "k"), new TreeMap<>());
        VolumeFacts none = new VolumeFacts(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        assertEquals(
                List.of(
                        new Call("NodeStageVolume", "v", new Place(at("staged"), ""), FILES, facts),
                        new Call("NodePublishVolume", "v", both, FILES, facts),
                        new Call("NodeExpandVolume", "v", both, DEVICE, secrets),
                        new Call(
                                "NodeUnpublishVolume",
                                "v",
                                new Place("", at("target")),
                                null,
                                none),
                        new Call(
                                "NodeUnstageVolume", "v", new Place(at("staged"), ""), null, none)),
                behind.calls());
    }

    /// A folder that is there.
    private String at(String name) {
        Path path = folder.resolve(name);
        assertTrue(path.toFile().isDirectory() || path.toFile().mkdir());
        return path.toString();
    }

    @Test
    void aDriverTellsHowFullAVolumeIs() {
        assertEquals(
                new VolumeFigures(
                        new VolumeFigures.Amount(1 << 30, 1 << 28, 3 << 28),
                        new VolumeFigures.Amount(1000, 250, 750)),
                node.figures("v", "/anywhere"));
    }

    @Test
    void aDriverFailsInItsOwnWords() {
        behind.fail("NodeUnstageVolume", CsiException.Code.NOT_FOUND, "no such volume");

        CsiException failure =
                assertThrows(CsiException.class, () -> node.unstage("v", at("staged")));

        assertEquals("rpc error: code = NotFound desc = no such volume", failure.getMessage());
        assertTrue(failure.isFinal());
    }

    @Test
    void whatADriverMayYetDoIsNotFinal() {
        behind.fail("NodeStageVolume", CsiException.Code.ABORTED, "going on");
        VolumeFacts none = new VolumeFacts(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

        CsiException failure =
                assertThrows(
                        CsiException.class,
                        () -> node.stage(new NodePlugin.Stage("v", at("staged"), FILES, none)));

        assertFalse(failure.isFinal());
    }
}
