package kat.kubelet;

import static kat.kubelet.Fixtures.object;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.csi.NodeCapability;
import kat.csi.NodeFacts;
import kat.csi.VolumeUse;
import kat.csi.testing.Call;
import kat.csi.testing.Placement;
import kat.csi.testing.TestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A kubelet and a driver of storage that speak to each other over sockets.
class CsiKubeletTest {

    private static final Kind CSI_NODE = kind("CSINode");
    private static final Kind CSI_DRIVER = kind("CSIDriver");
    private static final Kind ATTACHMENT = kind("VolumeAttachment");
    private static final ObjectKey NODE = ObjectKey.of("", "node-0");
    private static final Set<NodeCapability> ALL = EnumSet.allOf(NodeCapability.class);

    @TempDir Path home;

    private TestNode node;
    private TestDriver driver;

    private static Kind kind(String name) {
        return Kinds.builtIn().require("storage.k8s.io/v1", name);
    }

    @BeforeEach
    void start() throws InterruptedException {
        node = new TestNode(home.resolve("n"));
        node.kubelet.start();
    }

    @AfterEach
    void stop() {
        if (driver != null) {
            driver.close();
        }
        node.close();
    }

    private Path registry() {
        return home.resolve("n/plugins_registry");
    }

    private TestDriver driver(Set<NodeCapability> capabilities, String... versions)
            throws IOException {
        NodeFacts facts = new NodeFacts("the-node", 7, new TreeMap<>(Map.of("zone", "z1")));
        driver =
                new TestDriver(
                        new TestDriver.Options(
                                "disk.example.com",
                                home.resolve("d"),
                                "",
                                List.of(versions),
                                capabilities,
                                facts),
                        Placement.folders());
        driver.start(registry());
        return driver;
    }

    private void registered(Set<NodeCapability> capabilities)
            throws IOException, InterruptedException {
        assertEquals("", driver(capabilities, "1.0.0").awaitVerdict());
    }

    private void describe(String spec) {
        node.api.put(
                CSI_DRIVER,
                object(
                        "{'apiVersion':'storage.k8s.io/v1','kind':'CSIDriver',"
                                + "'metadata':{'name':'disk.example.com'},'spec':{"
                                + spec
                                + "}}"));
    }

    private static KubeObject user(String name, String volume) {
        return pod(
                name,
                "'restartPolicy':'Always','serviceAccountName':'runner',"
                        + "'terminationGracePeriodSeconds':1,"
                        + "'securityContext':{'fsGroup':5},"
                        + "'volumes':[{'name':'data',"
                        + volume
                        + "}],'containers':[{'name':'web','image':'nginx:1',"
                        + "'imagePullPolicy':'IfNotPresent',"
                        + "'volumeMounts':[{'name':'data','mountPath':'/data'}]}]");
    }

    private static KubeObject claimant(String name) {
        return user(name, "'persistentVolumeClaim':{'claimName':'c'}");
    }

    /// A claim `c` bound to a volume of the driver.
    private void putVolume(String more) {
        node.api.put(
                Kinds.PERSISTENT_VOLUME,
                object(
                        "{'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'pv-1'},"
                                + "'spec':{'accessModes':['ReadWriteOnce'],"
                                + "'csi':{'driver':'disk.example.com','volumeHandle':'vol-1',"
                                + "'fsType':'ext4','volumeAttributes':{'color':'red'}}"
                                + more
                                + "}}"));
        node.api.put(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                object(
                        "{'apiVersion':'v1','kind':'PersistentVolumeClaim',"
                                + "'metadata':{'namespace':'default','name':'c'},"
                                + "'spec':{'volumeName':'pv-1'},'status':{'phase':'Bound'}}"));
    }

    private static String sha256(String text) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void attach() throws NoSuchAlgorithmException {
        String name = "csi-" + sha256("vol-1" + "disk.example.com" + "node-0");
        node.api.put(
                ATTACHMENT,
                object(
                        "{'apiVersion':'storage.k8s.io/v1','kind':'VolumeAttachment',"
                                + "'metadata':{'name':'"
                                + name
                                + "'},'spec':{},'status':{'attached':true,"
                                + "'attachmentMetadata':{'device':'/dev/vol-1'}}}"));
    }

    private Call call(String method) {
        return driver.calls().stream()
                .filter(each -> each.method().equals(method))
                .findFirst()
                .orElseThrow();
    }

    private void end(String name) throws InterruptedException {
        KubeObject pod = node.api.await(name, each -> true);
        node.api.deleteGracefully(pod, 1);
        node.api.awaitGone(name);
    }

    private void awaitGone(Path file) throws InterruptedException {
        for (int count = 0; Files.exists(file) && count < 200; count++) {
            node.api.awaitWrite();
        }
        assertFalse(Files.exists(file), file + " is still there");
    }

    @Test
    void tellsTheApiOfADriver() throws Exception {
        registered(ALL);

        KubeObject told =
                node.api.await(CSI_NODE, NODE, each -> !each.spec().array("drivers").isEmpty());
        assertEquals(
                "[{\"allocatable\":{\"count\":7},\"name\":\"disk.example.com\","
                        + "\"nodeID\":\"the-node\",\"topologyKeys\":[\"zone\"]}]",
                told.spec().array("drivers").toString());
        assertEquals("Node", told.ownerReferences().getFirst().kind());
        KubeObject itself = Objects.requireNonNull(node.api.find(Kinds.NODE, NODE));
        assertEquals("z1", itself.label("zone"));
        assertEquals(
                "{\"disk.example.com\":\"the-node\"}",
                itself.annotation("csi.volume.kubernetes.io/nodeid"));
    }

    @Test
    void forgetsADriverWhoseSocketIsGone() throws Exception {
        registered(ALL);

        Files.delete(driver.registration(registry()));

        node.api.await(CSI_NODE, NODE, each -> each.spec().array("drivers").isEmpty());
        node.api.await(
                Kinds.NODE,
                NODE,
                each -> each.annotation("csi.volume.kubernetes.io/nodeid").isEmpty());
    }

    @Test
    void refusesADriverOfAnotherVersion() throws Exception {
        driver(ALL, "0.3.0");

        assertTrue(driver.awaitVerdict().contains("None of the versions specified [0.3.0]"));
    }

    @Test
    void findsADriverThatWasThereBefore() throws Exception {
        registered(ALL);
        node.close();
        driver.close();
        node = new TestNode(home.resolve("n"));
        driver(ALL, "1.0.0");

        node.kubelet.start();

        assertEquals("", driver.awaitVerdict());
        node.api.await(CSI_NODE, NODE, each -> !each.spec().array("drivers").isEmpty());
    }

    @Test
    void tellsHowFullAVolumeIsAsItsDriverDoes() throws Exception {
        registered(ALL);
        describe("'attachRequired':false");
        putVolume("");
        node.api.put(Kinds.POD, claimant("a"));
        node.api.await("a", TestNode::isReady);
        assertTrue(NodePagesTest.page(node, "/stats/summary").contains("\"usedBytes\":268435456"));
    }

    @Test
    void showsAVolumeDescribedInThePod() throws Exception {
        registered(EnumSet.of(NodeCapability.STAGE_UNSTAGE_VOLUME));
        describe(
                "'attachRequired':false,'podInfoOnMount':true,"
                        + "'volumeLifecycleModes':['Ephemeral'],"
                        + "'tokenRequests':[{'audience':'vault'}]");
        node.api.put(
                Kinds.SECRET,
                object(
                        "{'apiVersion':'v1','kind':'Secret','metadata':{'namespace':'default',"
                                + "'name':'key'},'data':{'user':'bWU='}}"));

        node.api.put(
                Kinds.POD,
                user(
                        "a",
                        "'csi':{'driver':'disk.example.com','readOnly':true,"
                                + "'volumeAttributes':{'size':'1'},"
                                + "'nodePublishSecretRef':{'name':'key'}}"));
        node.api.await("a", TestNode::isReady);
        Call publish = call("NodePublishVolume");
        end("a");

        String handle = "csi-" + sha256("uid-a" + "data");
        assertEquals(
                List.of("NodePublishVolume " + handle, "NodeUnpublishVolume " + handle),
                driver.course());
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
        awaitGone(home.resolve("n/pods/uid-a"));
    }

    @Test
    void makesAnAttachedVolumeReadyBeforeItShowsIt() throws Exception {
        registered(ALL);
        putVolume(",'mountOptions':['noatime']");
        node.api.put(Kinds.POD, claimant("a"));
        node.api.await(
                Kinds.NODE,
                NODE,
                each ->
                        each.status()
                                .array("volumesInUse")
                                .toString()
                                .equals("[\"kubernetes.io/csi/disk.example.com^vol-1\"]"));
        assertEquals(List.of(), driver.course());

        attach();
        node.passUntil(Duration.ofSeconds(1), "Ready", "True");
        await("a");
        Call stage = call("NodeStageVolume");
        end("a");

        assertEquals(
                List.of(
                        "NodeStageVolume vol-1",
                        "NodePublishVolume vol-1",
                        "NodeUnpublishVolume vol-1",
                        "NodeUnstageVolume vol-1"),
                driver.course());
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
                        .resolve(sha256("vol-1"))
                        .resolve("globalmount")
                        .toString(),
                stage.place().stagingPath());
        assertFalse(Files.exists(Path.of(stage.place().stagingPath())));
        node.api.await(Kinds.NODE, NODE, each -> each.status().array("volumesInUse").isEmpty());
    }

    /// Lets time pass until the pod is ready.
    private void await(String name) throws InterruptedException {
        for (int count = 0; count < 200; count++) {
            KubeObject pod = node.api.find(Kinds.POD, ObjectKey.of("default", name));
            if (pod != null && TestNode.isReady(pod)) {
                return;
            }
            node.ticker.advance(Duration.ofSeconds(1));
            node.api.awaitWrite();
        }
        throw new AssertionError(name + " never became ready");
    }

    @Test
    void keepsAVolumeReadyForThePodsThatStillHaveIt() throws Exception {
        registered(ALL);
        describe("'attachRequired':false");
        putVolume("");
        node.api.put(Kinds.POD, claimant("a"));
        await("a");
        node.api.put(Kinds.POD, claimant("b"));
        await("b");

        end("a");
        List<String> between = driver.course();
        end("b");

        assertFalse(between.contains("NodeUnstageVolume vol-1"), between.toString());
        assertEquals("NodeUnstageVolume vol-1", driver.course().getLast());
    }

    @Test
    void takesAwayWhatAKubeletBeforeLeft() throws Exception {
        registered(ALL);
        describe("'attachRequired':false");
        putVolume("");
        node.api.put(Kinds.POD, claimant("a"));
        await("a");
        node.close();
        driver.close();
        node = new TestNode(home.resolve("n"));
        driver(ALL, "1.0.0");

        node.kubelet.start();
        for (int count = 0; driver.course().size() < 2 && count < 200; count++) {
            node.ticker.advance(Duration.ofSeconds(1));
            node.api.awaitWrite();
        }

        assertEquals(
                List.of("NodeUnpublishVolume vol-1", "NodeUnstageVolume vol-1"), driver.course());
        awaitGone(home.resolve("n/pods/uid-a"));
    }

    @Test
    void asksADriverThatRefusesOnlyFromTimeToTime() throws Exception {
        registered(ALL);
        describe("'attachRequired':false");
        putVolume("");
        node.api.put(Kinds.POD, claimant("a"));
        await("a");
        driver.fail("NodeUnpublishVolume", "INTERNAL", "no");
        node.api.deleteGracefully(node.api.await("a", _ -> true), 1);
        awaitCalls("NodeUnpublishVolume vol-1", 1);

        for (int count = 0; count < 5; count++) {
            node.api.awaitWrite();
        }
        assertEquals(1, calls("NodeUnpublishVolume vol-1"));
        node.ticker.advance(Duration.ofSeconds(1));
        awaitCalls("NodeUnpublishVolume vol-1", 2);

        driver.succeed("NodeUnpublishVolume");
        for (int count = 0; calls("NodeUnstageVolume vol-1") == 0 && count < 200; count++) {
            node.ticker.advance(Duration.ofSeconds(1));
            node.api.awaitWrite();
        }
        node.api.awaitGone("a");
    }

    private long calls(String text) {
        return driver.course().stream().filter(text::equals).count();
    }

    private void awaitCalls(String text, int number) throws InterruptedException {
        for (int count = 0; calls(text) < number && count < 200; count++) {
            node.api.awaitWrite();
        }
        assertEquals(number, calls(text));
    }

    @Test
    void saysWhyAVolumeIsNotThere() throws Exception {
        describe("'attachRequired':false");
        putVolume("");
        node.api.put(Kinds.POD, claimant("a"));

        node.api.awaitEvent(
                "FailedMount",
                "MountVolume.MountDevice failed for volume \"pv-1\" : kubernetes.io/csi:"
                        + " attacher.MountDevice failed to create newCsiDriverClient: driver name"
                        + " disk.example.com not found in the list of registered CSI drivers");
        driver(ALL, "1.0.0").fail("NodePublishVolume", "INTERNAL", "no");
        driver.awaitVerdict();
        for (int count = 0; driver.course().size() < 2 && count < 200; count++) {
            node.ticker.advance(Duration.ofSeconds(1));
            node.api.awaitWrite();
        }
        node.api.awaitEvent(
                "FailedMount",
                "MountVolume.SetUp failed for volume \"pv-1\" : rpc error: code = Internal"
                        + " desc = no");
        driver.succeed("NodePublishVolume");
        await("a");
    }

    @Test
    void letsAVolumeGrow() throws Exception {
        registered(ALL);
        describe("'attachRequired':false");
        putVolume(",'capacity':{'storage':'2Gi'}");
        ObjectKey key = ObjectKey.of("default", "c");
        node.api.put(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                Objects.requireNonNull(node.api.find(Kinds.PERSISTENT_VOLUME_CLAIM, key))
                        .withStatus(s -> s.withAt(Json.of("1Gi"), "capacity", "storage")));

        node.api.put(Kinds.POD, claimant("a"));
        await("a");

        assertEquals("NodeExpandVolume vol-1", driver.course().getLast());
        assertEquals(
                "2Gi",
                node.api
                        .await(Kinds.PERSISTENT_VOLUME_CLAIM, key, _ -> true)
                        .status()
                        .object("capacity")
                        .string("storage"));
    }

    @Test
    void showsADevice() throws Exception {
        registered(ALL);
        describe("'attachRequired':false");
        putVolume(",'volumeMode':'Block'");
        KubeObject pod =
                pod(
                        "a",
                        "'restartPolicy':'Always','terminationGracePeriodSeconds':1,"
                                + "'volumes':[{'name':'data',"
                                + "'persistentVolumeClaim':{'claimName':'c'}}],"
                                + "'containers':[{'name':'web','image':'nginx:1',"
                                + "'imagePullPolicy':'IfNotPresent',"
                                + "'volumeDevices':[{'name':'data','devicePath':'/dev/x'}]}]");
        node.api.put(Kinds.POD, pod);
        await("a");
        Call publish = call("NodePublishVolume");
        end("a");

        assertEquals(
                home.resolve("n/plugins/kubernetes.io/csi/volumeDevices/publish/pv-1/uid-a")
                        .toString(),
                publish.place().targetPath());
        assertTrue(Objects.requireNonNull(publish.use()).block());
        assertEquals("NodeUnstageVolume vol-1", driver.course().getLast());
        assertFalse(Files.exists(home.resolve("n/plugins/kubernetes.io/csi/volumeDevices/pv-1")));
    }
}
