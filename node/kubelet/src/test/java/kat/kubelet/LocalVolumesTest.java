package kat.kubelet;

import static kat.kubelet.Fixtures.object;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Persistent volumes that are devices of the machine.
class LocalVolumesTest {

    private static final ObjectKey CLAIM = ObjectKey.of("default", "c");
    private static final String MOUNTS = "'volumeMounts':[{'name':'data','mountPath':'/data'}]";
    private static final String DEVICES = "'volumeDevices':[{'name':'data','devicePath':'/dev/x'}]";

    private static final int SET_GROUP = 02000;
    private static final int PERMISSIONS = 0777;
    private static final int OCTAL = 8;

    @TempDir Path home;

    private TestNode node;
    private Path shared;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode(home.resolve("n"));
        node.kubelet.start();
        shared = home.resolve("n/plugins/kubernetes.io/local-volume/mounts/pv-1");
        Files.createFile(home.resolve("a.disk"));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void putVolume(String more, String status) {
        putVolume(home.resolve("a.disk"), more, status);
    }

    private void putVolume(Path path, String more, String status) {
        node.api.put(
                Kinds.PERSISTENT_VOLUME,
                object(
                        "{'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'pv-1'},"
                                + "'spec':{'accessModes':['ReadWriteOnce'],'local':{'path':'"
                                + path
                                + "','fsType':''}"
                                + more
                                + "}}"));
        node.api.put(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                object(
                        "{'apiVersion':'v1','kind':'PersistentVolumeClaim',"
                                + "'metadata':{'namespace':'default','name':'c'},"
                                + "'spec':{'volumeName':'pv-1'},'status':{'phase':'Bound'"
                                + status
                                + "}}"));
    }

    private void putPod(String name, String use) {
        putPod(name, use, "");
    }

    private void putPod(String name, String use, String more) {
        node.api.put(
                Kinds.POD,
                pod(
                        name,
                        more
                                + "'restartPolicy':'Always','terminationGracePeriodSeconds':1,"
                                + "'volumes':[{'name':'data',"
                                + "'persistentVolumeClaim':{'claimName':'c'}}],"
                                + "'containers':[{'name':'web','image':'nginx:1',"
                                + "'imagePullPolicy':'IfNotPresent',"
                                + use
                                + "}]"));
    }

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

    private void end(String name) throws InterruptedException {
        node.api.deleteGracefully(node.api.await(name, _ -> true), 1);
        node.api.awaitGone(name);
    }

    private Path ofPod(String uid) {
        return home.resolve("n/pods")
                .resolve(uid)
                .resolve("volumes/kubernetes.io~local-volume/pv-1");
    }

    @Test
    void mountsADeviceOnceForAllPodsOfTheNode() throws Exception {
        putVolume(",'mountOptions':['noatime']", "");
        putPod("a", MOUNTS);
        await("a");
        putPod("b", MOUNTS);
        await("b");

        assertEquals(List.of("mount a.disk ext4 [noatime]"), node.disks.course());
        assertTrue(node.mounts.below(shared).contains(shared));
        assertTrue(node.mounts.below(ofPod("uid-b")).contains(ofPod("uid-b")));
        end("a");
        assertTrue(node.mounts.below(shared).contains(shared), "b has it");
        end("b");
        assertFalse(node.mounts.below(shared).contains(shared));
        assertFalse(Files.exists(shared));
    }

    @Test
    void givesFilesToTheGroupOfTheirPodOnceItCan() throws Exception {
        int group = (int) Files.getAttribute(home, "unix:gid");
        putVolume("", "");
        node.mounts.hideNext();
        putPod("a", MOUNTS, "'securityContext':{'fsGroup':" + group + "},");
        node.api.awaitEvent("FailedMount", _ -> true);

        Files.createDirectories(ofPod("uid-a"));
        await("a");

        int mode = (int) Files.getAttribute(ofPod("uid-a"), "unix:mode");
        assertEquals(SET_GROUP, mode & SET_GROUP);
    }

    @Test
    void givesAPodTheDeviceItself() throws Exception {
        putVolume(",'volumeMode':'Block'", "");
        putPod("a", DEVICES);
        await("a");

        assertEquals(List.of(), node.disks.course());
        assertEquals(List.of(), node.mounts.below(shared));
    }

    @Test
    void saysWhyADeviceIsNotMounted() throws Exception {
        putVolume("", "");
        node.disks.fail("bad disk");
        putPod("a", MOUNTS);

        node.api.awaitEvent(
                "FailedMount",
                "MountVolume.MountDevice failed for volume \"pv-1\" : local: failed to mount device "
                        + home.resolve("a.disk")
                        + " at "
                        + shared
                        + " (fstype: ext4), error bad disk");
        assertFalse(Files.exists(shared));
        node.disks.fail("");
        await("a");
    }

    @Test
    void refusesADeviceAsFilesAndFilesAsADevice() throws Exception {
        putVolume(",'volumeMode':'Block'", "");
        putPod("a", MOUNTS);
        node.api.awaitEvent(
                "FailedMount",
                "Unable to attach or mount volumes: unmounted volumes=[data], unattached"
                        + " volumes=[], failed to process volumes=[data]: volume data has volumeMode"
                        + " Block, but is specified in volumeMounts");

        putVolume("", "");
        putPod("b", DEVICES);
        node.api.awaitEvent(
                "FailedMount",
                "Unable to attach or mount volumes: unmounted volumes=[data], unattached"
                        + " volumes=[], failed to process volumes=[data]: volume data has volumeMode"
                        + " Filesystem, but is specified in volumeDevices");
    }

    /// A folder that has the group already is taken for one whose files have it too.
    @ParameterizedTest
    @CsvSource({"OnRootMismatch, true, 0600", "OnRootMismatch, false, 0660", "Always, true, 0660"})
    void looksAtTheFolderAloneWhereThePolicySaysSo(String policy, boolean matches, String mode)
            throws Exception {
        Path folder = Files.createDirectory(home.resolve("folder"));
        Path file = Files.createFile(folder.resolve("file"));
        Files.setAttribute(file, "unix:mode", 0600);
        Files.setAttribute(folder, "unix:mode", matches ? 02770 : 0770);
        int group = (int) Files.getAttribute(home, "unix:gid");
        putVolume(folder, "", "");
        putPod(
                "a",
                MOUNTS,
                "'securityContext':{'fsGroup':"
                        + group
                        + ",'fsGroupChangePolicy':'"
                        + policy
                        + "'},");

        await("a");

        assertEquals(
                Integer.parseInt(mode, OCTAL),
                (int) Files.getAttribute(file, "unix:mode") & PERMISSIONS);
    }

    @Test
    void letsFilesGrowWithTheirDevice() throws Exception {
        putVolume("", "");
        putPod("a", MOUNTS);
        await("a");
        putVolume(
                ",'capacity':{'storage':'2Gi'}",
                ",'capacity':{'storage':'1Gi'},'allocatedResources':{'storage':'2Gi'},"
                        + "'allocatedResourceStatuses':{'storage':'NodeResizePending'}");
        for (int count = 0; !node.disks.course().contains("grow a.disk") && count < 200; count++) {
            node.ticker.advance(Duration.ofSeconds(10));
            node.api.awaitWrite();
        }

        node.api.awaitEvent(
                "FileSystemResizeSuccessful",
                "MountVolume.NodeExpandVolume succeeded for volume \"pv-1\" node-0");
        KubeObject claim =
                node.api.await(
                        Kinds.PERSISTENT_VOLUME_CLAIM,
                        CLAIM,
                        each -> each.status().object("allocatedResourceStatuses").isEmpty());
        assertEquals("2Gi", claim.status().object("capacity").string("storage"));
    }
}
