package kat.kubelet;

import static kat.kubelet.Fixtures.object;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.csi.NodePlugin.Place;
import kat.csi.testing.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A kubelet and a driver of storage that fails, wants to be asked again, or serves devices.
class CsiVolumesTest {

    private static final String STAGED = "n/plugins/kubernetes.io/csi/volumeDevices/staging/pv-1";

    @TempDir Path home;

    private CsiNode csi;

    @BeforeEach
    void start() throws Exception {
        csi = new CsiNode(home);
        csi.registered(CsiNode.ALL);
    }

    @AfterEach
    void stop() {
        csi.close();
    }

    private static KubeObject deviceUser(String name) {
        return pod(
                name,
                "'restartPolicy':'Always','terminationGracePeriodSeconds':1,"
                        + "'volumes':[{'name':'data','persistentVolumeClaim':{'claimName':'c'}}],"
                        + "'containers':[{'name':'web','image':'nginx:1',"
                        + "'imagePullPolicy':'IfNotPresent',"
                        + "'volumeDevices':[{'name':'data','devicePath':'/dev/x'}]}]");
    }

    private Path folderOfFiles() throws Exception {
        return home.resolve("n/plugins/kubernetes.io/csi/disk.example.com")
                .resolve(CsiNode.sha256("vol-1"));
    }

    @Test
    void keepsADeviceReadyThatFailsForAnotherPod() throws Exception {
        csi.describe("'attachRequired':false");
        csi.putVolume(",'volumeMode':'Block'");
        csi.node.api.put(Kinds.POD, deviceUser("a"));
        csi.await("a");

        csi.driver().fail("NodeStageVolume", "INTERNAL", "no");
        csi.node.api.put(Kinds.POD, deviceUser("b"));
        csi.node.api.awaitEvent(
                "FailedMapVolume",
                "MapVolume.SetUpDevice failed for volume \"pv-1\" : rpc error: code = Internal"
                        + " desc = no");
        boolean isReady = Files.isDirectory(home.resolve(STAGED));
        csi.end("b");
        csi.end("a");

        assertTrue(isReady);
        assertEquals("NodeUnstageVolume vol-1", csi.driver().course().getLast());
        assertFalse(Files.exists(home.resolve(STAGED)));
    }

    @Test
    void leavesNothingOfAVolumeThatItsDriverRefuses() throws Exception {
        csi.describe("'attachRequired':false");
        csi.putVolume("");
        csi.driver().fail("NodeStageVolume", "INTERNAL", "no");
        csi.node.api.put(Kinds.POD, CsiNode.claimant("a"));
        csi.node.api.awaitEvent(
                "FailedMount",
                "MountVolume.MountDevice failed for volume \"pv-1\" : rpc error: code = Internal"
                        + " desc = no");

        csi.awaitGone(folderOfFiles());
    }

    @Test
    void asksToTakeAwayWhatADriverMayYetDo() throws Exception {
        csi.describe("'attachRequired':false");
        csi.putVolume("");
        csi.driver().fail("NodeStageVolume", "DEADLINE_EXCEEDED", "later");
        csi.node.api.put(Kinds.POD, CsiNode.claimant("a"));
        csi.awaitCalls("NodeStageVolume vol-1", 1);

        csi.end("a");

        assertEquals("NodeUnstageVolume vol-1", csi.driver().course().getLast());
    }

    @Test
    void letsADeviceGrowWhereItsDriverHasPutIt() throws Exception {
        csi.describe("'attachRequired':false");
        csi.putVolume(",'volumeMode':'Block','capacity':{'storage':'2Gi'}");
        ObjectKey key = ObjectKey.of("default", "c");
        csi.node.api.put(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                Objects.requireNonNull(csi.node.api.find(Kinds.PERSISTENT_VOLUME_CLAIM, key))
                        .withStatus(s -> s.withAt(Json.of("1Gi"), "capacity", "storage")));
        csi.node.api.put(Kinds.POD, deviceUser("a"));
        csi.await("a");

        Place place = csi.call("NodeExpandVolume").place();
        assertEquals(home.resolve(STAGED).toString(), place.stagingPath());
        assertEquals(
                home.resolve("n/plugins/kubernetes.io/csi/volumeDevices/publish/pv-1/uid-a")
                        .toString(),
                place.targetPath());
    }

    /// Says that the claim's volume has grown by now.
    private void grow(String status) {
        csi.putVolume(",'capacity':{'storage':'2Gi'}");
        ObjectKey key = ObjectKey.of("default", "c");
        csi.node.api.put(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                Objects.requireNonNull(csi.node.api.find(Kinds.PERSISTENT_VOLUME_CLAIM, key))
                        .withStatus(
                                _ ->
                                        object(
                                                        "{'phase':'Bound','capacity':{'storage':'1Gi'}"
                                                                + status
                                                                + "}")
                                                .tree()));
    }

    @Test
    void letsAPodWaitUntilItsVolumeHasGrown() throws Exception {
        csi.describe("'attachRequired':false");
        grow("");
        csi.driver().fail("NodeExpandVolume", "INTERNAL", "no");
        csi.node.api.put(Kinds.POD, CsiNode.claimant("a"));

        csi.node.api.awaitEvent(
                "FailedMount",
                "MountVolume.Setup failed while expanding volume for volume \"pv-1\" :"
                        + " Expander.NodeExpand failed to expand the volume : rpc error: code ="
                        + " Internal desc = no");
        csi.driver().succeed("NodeExpandVolume");
        csi.await("a");
    }

    @Test
    void tellsThatAVolumeInUseDoesNotGrow() throws Exception {
        csi.describe("'attachRequired':false");
        csi.putVolume("");
        csi.node.api.put(Kinds.POD, CsiNode.claimant("a"));
        csi.await("a");
        csi.driver().fail("NodeExpandVolume", "INTERNAL", "no");
        grow("");
        for (int count = 0; csi.calls("NodeExpandVolume vol-1") < 1 && count < 200; count++) {
            csi.node.ticker.advance(Duration.ofSeconds(10));
            csi.node.api.awaitWrite();
        }

        csi.node.api.awaitEvent(
                "VolumeResizeFailed",
                "NodeExpandVolume.NodeExpandVolume failed for volume \"pv-1\" : Expander.NodeExpand"
                        + " failed to expand the volume : rpc error: code = Internal desc = no");
    }

    @Test
    void usesAVolumeAsItIsThatDoesNotGrowWhileItIsInUse() throws Exception {
        csi.describe("'attachRequired':false");
        grow(
                ",'allocatedResources':{'storage':'2Gi'},"
                        + "'allocatedResourceStatuses':{'storage':'NodeResizePending'}");
        csi.driver().fail("NodeExpandVolume", "FAILED_PRECONDITION", "in use");
        csi.node.api.put(Kinds.POD, CsiNode.claimant("a"));
        csi.await("a");

        KubeObject claim =
                csi.node.api.await(
                        Kinds.PERSISTENT_VOLUME_CLAIM, ObjectKey.of("default", "c"), _ -> true);
        assertEquals(
                "NodeResizeInProgress",
                claim.status().object("allocatedResourceStatuses").string("storage"));
        assertEquals(
                "failed to expand pvc with Expander.NodeExpand failed to expand the volume : rpc"
                        + " error: code = FailedPrecondition desc = in use",
                claim.status().array("conditions").objects().getFirst().string("message"));
        assertEquals(1, csi.calls("NodeExpandVolume vol-1"));
    }

    @Test
    void publishesAgainForADriverThatWantsIt() throws Exception {
        csi.describe(
                "'attachRequired':false,'requiresRepublish':true,"
                        + "'serviceAccountTokenInSecrets':true,"
                        + "'volumeLifecycleModes':['Ephemeral'],"
                        + "'tokenRequests':[{'audience':'vault'}]");
        csi.node.api.put(Kinds.POD, CsiNode.user("a", "'csi':{'driver':'disk.example.com'}"));
        csi.await("a");
        String publish = "NodePublishVolume csi-" + CsiNode.sha256("uid-a" + "data");
        for (int count = 0; csi.calls(publish) < 2 && count < 200; count++) {
            csi.node.ticker.advance(Duration.ofSeconds(10));
            csi.node.api.awaitWrite();
        }

        assertTrue(csi.calls(publish) >= 2, csi.driver().course().toString());
        String tokens = "csi.storage.k8s.io/serviceAccount.tokens";
        Call call = csi.call("NodePublishVolume");
        assertTrue(call.facts().secrets().get(tokens).startsWith("{\"vault\":{"));
        assertFalse(call.facts().context().containsKey(tokens));
    }

    @Test
    void refusesALifeThatADriverDoesNotServe() throws Exception {
        csi.describe("'attachRequired':false,'volumeLifecycleModes':['Persistent']");
        csi.node.api.put(Kinds.POD, CsiNode.user("a", "'csi':{'driver':'disk.example.com'}"));

        csi.node.api.awaitEvent(
                "FailedMount",
                "MountVolume.SetUp failed for volume \"data\" : kubernetes.io/csi:"
                        + " mounter.SetupAt failed to check volume lifecycle mode: volume mode"
                        + " \"Ephemeral\" not supported by driver disk.example.com (only supports"
                        + " [\"Persistent\"])");
    }
}
