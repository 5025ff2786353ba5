package kat.kubelet;

import static kat.kubelet.Fixtures.object;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.csi.NodeCapability;
import kat.csi.VolumeUse;
import kat.csi.testing.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A kubelet and a driver of storage that speak to each other over sockets.
class CsiKubeletTest {

    private static final Kind CSI_NODE = CsiNode.kind("CSINode");
    private static final ObjectKey NODE = ObjectKey.of("", "node-0");

    @TempDir Path home;

    private CsiNode csi;

    @BeforeEach
    void start() throws InterruptedException {
        csi = new CsiNode(home);
    }

    @AfterEach
    void stop() {
        csi.close();
    }

    @Test
    void tellsTheApiOfADriver() throws Exception {
        csi.registered(CsiNode.ALL);

        KubeObject told =
                csi.node.api.await(CSI_NODE, NODE, each -> !each.spec().array("drivers").isEmpty());
        assertEquals(
                "[{\"allocatable\":{\"count\":7},\"name\":\"disk.example.com\","
                        + "\"nodeID\":\"the-node\",\"topologyKeys\":[\"zone\"]}]",
                told.spec().array("drivers").toString());
        assertEquals("Node", told.ownerReferences().getFirst().kind());
        KubeObject itself = Objects.requireNonNull(csi.node.api.find(Kinds.NODE, NODE));
        assertEquals("z1", itself.label("zone"));
        assertEquals(
                "{\"disk.example.com\":\"the-node\"}",
                itself.annotation("csi.volume.kubernetes.io/nodeid"));
    }

    @Test
    void forgetsADriverWhoseSocketIsGone() throws Exception {
        csi.registered(CsiNode.ALL);

        Files.delete(csi.driver().registration(csi.registry()));

        csi.node.api.await(CSI_NODE, NODE, each -> each.spec().array("drivers").isEmpty());
        csi.node.api.await(
                Kinds.NODE,
                NODE,
                each -> each.annotation("csi.volume.kubernetes.io/nodeid").isEmpty());
    }

    @Test
    void refusesADriverOfAnotherVersion() throws Exception {
        csi.driver(CsiNode.ALL, "0.3.0");

        assertTrue(csi.awaitVerdict().contains("None of the versions specified [0.3.0]"));
    }

    @Test
    void findsADriverThatWasThereBefore() throws Exception {
        csi.registered(CsiNode.ALL);
        csi.replace();
        csi.driver(CsiNode.ALL, "1.0.0");

        csi.node.kubelet.start();

        assertEquals("", csi.awaitVerdict());
        csi.node.api.await(CSI_NODE, NODE, each -> !each.spec().array("drivers").isEmpty());
    }

    @Test
    void tellsHowFullAVolumeIsAsItsDriverDoes() throws Exception {
        csi.registered(CsiNode.ALL);
        csi.describe("'attachRequired':false");
        csi.putVolume("");
        csi.node.api.put(Kinds.POD, CsiNode.claimant("a"));
        csi.node.api.await("a", TestNode::isReady);
        assertTrue(
                NodePagesTest.page(csi.node, "/stats/summary").contains("\"usedBytes\":268435456"));
    }

    @Test
    void showsAVolumeDescribedInThePod() throws Exception {
        csi.registered(EnumSet.of(NodeCapability.STAGE_UNSTAGE_VOLUME));
        csi.describe(
                "'attachRequired':false,'podInfoOnMount':true,"
                        + "'volumeLifecycleModes':['Ephemeral'],"
                        + "'tokenRequests':[{'audience':'vault'}]");
        csi.node.api.put(
                Kinds.SECRET,
                object(
                        "{'apiVersion':'v1','kind':'Secret','metadata':{'namespace':'default',"
                                + "'name':'key'},'data':{'user':'bWU='}}"));

        csi.node.api.put(
                Kinds.POD,
                CsiNode.user(
                        "a",
                        "'csi':{'driver':'disk.example.com','readOnly':true,"
                                + "'volumeAttributes':{'size':'1'},"
                                + "'nodePublishSecretRef':{'name':'key'}}"));
        csi.node.api.await("a", TestNode::isReady);
        Call publish = csi.call("NodePublishVolume");
        csi.end("a");

        String handle = "csi-" + CsiNode.sha256("uid-a" + "data");
        assertEquals(
                List.of("NodePublishVolume " + handle, "NodeUnpublishVolume " + handle),
                csi.driver().course());
        assertEquals("a", publish.facts().context().get("csi.storage.k8s.io/pod.name"));
        assertEquals("true", publish.facts().context().get("csi.storage.k8s.io/ephemeral"));
        assertEquals("1", publish.facts().context().get("size"));
        assertTrue(
                publish.facts()
                        .context()
                        .get("csi.storage.k8s.io/serviceAccount.tokens")
                        .startsWith("{\"vault\":{\"expirationTimestamp\":\"2026"));
        assertEquals(Map.of("user", "me"), publish.facts().secrets());
        assertEquals(
                home.resolve("n/pods/uid-a/volumes/kubernetes.io~csi/data/mount").toString(),
                publish.place().targetPath());
        csi.awaitGone(home.resolve("n/pods/uid-a"));
    }

    @Test
    void makesAnAttachedVolumeReadyBeforeItShowsIt() throws Exception {
        csi.registered(CsiNode.ALL);
        csi.putVolume(",'mountOptions':['noatime']");
        csi.node.api.put(Kinds.POD, CsiNode.claimant("a"));
        csi.node.api.await(
                Kinds.NODE,
                NODE,
                each ->
                        each.status()
                                .array("volumesInUse")
                                .toString()
                                .equals("[\"kubernetes.io/csi/disk.example.com^vol-1\"]"));
        assertEquals(List.of(), csi.driver().course());

        csi.attach();
        csi.node.passUntil(Duration.ofSeconds(1), "Ready", "True");
        csi.await("a");
        Call stage = csi.call("NodeStageVolume");
        csi.end("a");

        assertEquals(
                List.of(
                        "NodeStageVolume vol-1",
                        "NodePublishVolume vol-1",
                        "NodeUnpublishVolume vol-1",
                        "NodeUnstageVolume vol-1"),
                csi.driver().course());
        assertEquals(Map.of("device", "/dev/vol-1"), stage.facts().publishContext());
        assertEquals(Map.of("color", "red"), stage.facts().context());
        assertEquals(
                new VolumeUse(
                        VolumeUse.AccessMode.SINGLE_NODE_MULTI_WRITER,
                        false,
                        "ext4",
                        List.of("noatime"),
                        "5"),
                stage.use());
        assertEquals(
                home.resolve("n/plugins/kubernetes.io/csi/disk.example.com")
                        .resolve(CsiNode.sha256("vol-1"))
                        .resolve("globalmount")
                        .toString(),
                stage.place().stagingPath());
        assertFalse(Files.exists(Path.of(stage.place().stagingPath())));
        csi.node.api.await(Kinds.NODE, NODE, each -> each.status().array("volumesInUse").isEmpty());
    }

    @Test
    void keepsAVolumeReadyForThePodsThatStillHaveIt() throws Exception {
        csi.registered(CsiNode.ALL);
        csi.describe("'attachRequired':false");
        csi.putVolume("");
        csi.node.api.put(Kinds.POD, CsiNode.claimant("a"));
        csi.await("a");
        csi.node.api.put(Kinds.POD, CsiNode.claimant("b"));
        csi.await("b");

        csi.end("a");
        List<String> between = csi.driver().course();
        csi.end("b");

        assertFalse(between.contains("NodeUnstageVolume vol-1"), between.toString());
        assertEquals("NodeUnstageVolume vol-1", csi.driver().course().getLast());
    }

    @Test
    void takesAwayWhatAKubeletBeforeLeft() throws Exception {
        csi.registered(CsiNode.ALL);
        csi.describe("'attachRequired':false");
        csi.putVolume("");
        csi.node.api.put(Kinds.POD, CsiNode.claimant("a"));
        csi.await("a");
        csi.replace();
        csi.driver(CsiNode.ALL, "1.0.0");

        csi.node.kubelet.start();
        for (int count = 0; csi.driver().course().size() < 2 && count < 200; count++) {
            csi.node.ticker.advance(Duration.ofSeconds(1));
            csi.node.api.awaitWrite();
        }

        assertEquals(
                List.of("NodeUnpublishVolume vol-1", "NodeUnstageVolume vol-1"),
                csi.driver().course());
        csi.awaitGone(home.resolve("n/pods/uid-a"));
    }

    @Test
    void asksADriverThatRefusesOnlyFromTimeToTime() throws Exception {
        csi.registered(CsiNode.ALL);
        csi.describe("'attachRequired':false");
        csi.putVolume("");
        csi.node.api.put(Kinds.POD, CsiNode.claimant("a"));
        csi.await("a");
        csi.driver().fail("NodeUnpublishVolume", "INTERNAL", "no");
        csi.node.api.deleteGracefully(csi.node.api.await("a", _ -> true), 1);
        csi.awaitCalls("NodeUnpublishVolume vol-1", 1);

        for (int count = 0; count < 5; count++) {
            csi.node.api.awaitWrite();
        }
        assertEquals(1, csi.calls("NodeUnpublishVolume vol-1"));
        csi.node.ticker.advance(Duration.ofSeconds(1));
        csi.awaitCalls("NodeUnpublishVolume vol-1", 2);

        csi.driver().succeed("NodeUnpublishVolume");
        for (int count = 0; csi.calls("NodeUnstageVolume vol-1") == 0 && count < 200; count++) {
            csi.node.ticker.advance(Duration.ofSeconds(1));
            csi.node.api.awaitWrite();
        }
        csi.node.api.awaitGone("a");
    }

    @Test
    void saysWhyAVolumeIsNotThere() throws Exception {
        csi.describe("'attachRequired':false");
        csi.putVolume("");
        csi.node.api.put(Kinds.POD, CsiNode.claimant("a"));

        csi.node.api.awaitEvent(
                "FailedMount",
                "MountVolume.MountDevice failed for volume \"pv-1\" : kubernetes.io/csi:"
                        + " attacher.MountDevice failed to create newCsiDriverClient: driver name"
                        + " disk.example.com not found in the list of registered CSI drivers");
        csi.driver(CsiNode.ALL, "1.0.0").fail("NodePublishVolume", "INTERNAL", "no");
        csi.awaitVerdict();
        for (int count = 0; csi.driver().course().size() < 2 && count < 200; count++) {
            csi.node.ticker.advance(Duration.ofSeconds(1));
            csi.node.api.awaitWrite();
        }
        csi.node.api.awaitEvent(
                "FailedMount",
                "MountVolume.SetUp failed for volume \"pv-1\" : rpc error: code = Internal"
                        + " desc = no");
        csi.driver().succeed("NodePublishVolume");
        csi.await("a");
    }

    @Test
    void letsAVolumeGrow() throws Exception {
        csi.registered(CsiNode.ALL);
        csi.describe("'attachRequired':false");
        csi.putVolume(",'capacity':{'storage':'2Gi'}");
        ObjectKey key = ObjectKey.of("default", "c");
        csi.node.api.put(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                Objects.requireNonNull(csi.node.api.find(Kinds.PERSISTENT_VOLUME_CLAIM, key))
                        .withStatus(s -> s.withAt(Json.of("1Gi"), "capacity", "storage")));

        csi.node.api.put(Kinds.POD, CsiNode.claimant("a"));
        csi.await("a");

        csi.node.api.awaitEvent(
                "FileSystemResizeSuccessful",
                "MountVolume.NodeExpandVolume succeeded for volume \"pv-1\" node-0");
        assertEquals("NodeExpandVolume vol-1", csi.driver().course().getLast());
        assertEquals(
                "2Gi",
                csi.node
                        .api
                        .await(Kinds.PERSISTENT_VOLUME_CLAIM, key, _ -> true)
                        .status()
                        .object("capacity")
                        .string("storage"));
    }

    @Test
    void showsADevice() throws Exception {
        csi.registered(CsiNode.ALL);
        csi.describe("'attachRequired':false");
        csi.putVolume(",'volumeMode':'Block'");
        KubeObject pod =
                pod(
                        "a",
                        "'restartPolicy':'Always','terminationGracePeriodSeconds':1,"
                                + "'volumes':[{'name':'data',"
                                + "'persistentVolumeClaim':{'claimName':'c'}}],"
                                + "'containers':[{'name':'web','image':'nginx:1',"
                                + "'imagePullPolicy':'IfNotPresent',"
                                + "'volumeDevices':[{'name':'data','devicePath':'/dev/x'}]}]");
        csi.node.api.put(Kinds.POD, pod);
        csi.await("a");
        Call publish = csi.call("NodePublishVolume");
        csi.end("a");

        assertEquals(
                home.resolve("n/plugins/kubernetes.io/csi/volumeDevices/publish/pv-1/uid-a")
                        .toString(),
                publish.place().targetPath());
        assertTrue(Objects.requireNonNull(publish.use()).block());
        assertEquals("NodeUnstageVolume vol-1", csi.driver().course().getLast());
        assertFalse(Files.exists(home.resolve("n/plugins/kubernetes.io/csi/volumeDevices/pv-1")));
    }
}
