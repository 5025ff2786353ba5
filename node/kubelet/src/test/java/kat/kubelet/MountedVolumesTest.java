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

/// Folders of a server and large pages as volumes of pods.
class MountedVolumesTest {

    private static final String CLAIM = "'persistentVolumeClaim':{'claimName':'c'%s}";
    private static final Duration STEP = Duration.ofSeconds(1);

    @TempDir Path home;
    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode(home.resolve("n"));
        node.kubelet.start();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void putPod(String source) {
        putPod(source, "");
    }

    private void putPod(String source, String more) {
        putPod("a", source, more);
    }

    private void putPod(String name, String source, String more) {
        node.api.put(
                Kinds.POD,
                pod(
                        name,
                        "'restartPolicy':'Always','terminationGracePeriodSeconds':1,"
                                + "'volumes':[{'name':'data',"
                                + source
                                + "}],'containers':[{'name':'web','image':'nginx:1',"
                                + "'imagePullPolicy':'IfNotPresent',"
                                + more
                                + "'volumeMounts':[{'name':'data','mountPath':'/data'}]}]"));
    }

    private void putClaim(String spec) {
        node.api.put(
                Kinds.PERSISTENT_VOLUME,
                object(
                        "{'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'pv-1'},"
                                + "'spec':{"
                                + spec
                                + "}}"));
        node.api.put(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                object(
                        "{'apiVersion':'v1','kind':'PersistentVolumeClaim',"
                                + "'metadata':{'namespace':'default','name':'c'},"
                                + "'spec':{'volumeName':'pv-1'},'status':{'phase':'Bound'}}"));
    }

    private KubeObject awaitReady() throws InterruptedException {
        return awaitReady("a");
    }

    private KubeObject awaitReady(String name) throws InterruptedException {
        for (int count = 0; count < 200; count++) {
            KubeObject found = node.api.find(Kinds.POD, ObjectKey.of("default", name));
            if (found != null && TestNode.isReady(found)) {
                return found;
            }
            node.ticker.advance(STEP);
            node.api.awaitWrite();
        }
        throw new AssertionError("the pod never became ready");
    }

    private Path at(String name) {
        return home.resolve("n/pods/uid-a/volumes/kubernetes.io~nfs").resolve(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'server':'10.0.0.7','path':'/x' | mount 10.0.0.7:/x nfs []",
                "'server':'10.0.0.7','path':'/x','readOnly':true | mount 10.0.0.7:/x nfs [ro]",
                "'server':'fd00::7','path':'/' | mount [fd00::7]:/ nfs []",
                "'server':'files.lan','path':'/x' | mount files.lan:/x nfs []",
            })
    void mountsAPodsOwn(String nfs, String done) throws Exception {
        putPod("'nfs':{" + nfs + "}");

        KubeObject ready = awaitReady();

        assertEquals(List.of(done), node.disks.course());
        assertTrue(node.mounts.below(at("data")).contains(at("data")));
        node.api.deleteGracefully(ready, 1);
        node.api.awaitGone("a");
        assertFalse(node.mounts.below(at("data")).contains(at("data")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'mountOptions':['nfsvers=4.1','hard'], | | [hard, nfsvers=4.1]",
                "'mountOptions':['hard'], | ,'readOnly':true | [hard, ro]",
                " | ,'readOnly':true | [ro]",
            })
    void mountsWhatStandsBehindAClaim(String options, String use, String asked) throws Exception {
        putClaim(
                (options == null ? "" : options)
                        + "'accessModes':['ReadWriteMany'],"
                        + "'nfs':{'server':'10.0.0.7','path':'/x','readOnly':true}");
        putPod(CLAIM.formatted(use == null ? "" : use));

        KubeObject unused = awaitReady();

        assertEquals(List.of("mount 10.0.0.7:/x nfs " + asked), node.disks.course());
        assertTrue(node.mounts.below(at("pv-1")).contains(at("pv-1")));
    }

    @Test
    void mountsLargePagesForWhoAsksForThem() throws Exception {
        putPod(
                "'emptyDir':{'medium':'HugePages'}",
                "'resources':{'requests':{'hugepages-2Mi':'4Mi'}},");

        KubeObject ready = awaitReady();

        Path at = home.resolve("n/pods/uid-a/volumes/kubernetes.io~empty-dir/data");
        assertEquals(2L << 20, node.mounts.pageBytes(at));
        node.api.deleteGracefully(ready, 1);
        node.api.awaitGone("a");
        assertFalse(node.mounts.below(at).contains(at));
    }

    @Test
    void tellsThatNoLargePagesWereAskedFor() throws Exception {
        putPod("'emptyDir':{'medium':'HugePages'}");

        node.api.awaitEvent(
                "FailedMount",
                "MountVolume.SetUp failed for volume \"data\" : medium HugePages: hugePages storage"
                        + " requested, but there is no resource request for huge pages");
    }

    @ParameterizedTest
    @CsvSource({"true, pv-1", "false, data"})
    void tellsWhyItIsNotMountedAndTriesAgain(boolean claimed, String name) throws Exception {
        putClaim("'accessModes':['ReadWriteMany'],'nfs':{'server':'10.0.0.7','path':'/x'}");
        node.disks.fail("mount failed: exit status 32");

        putPod(claimed ? CLAIM.formatted("") : "'nfs':{'server':'10.0.0.7','path':'/x'}");

        node.api.awaitEvent(
                "FailedMount",
                "MountVolume.SetUp failed for volume \""
                        + name
                        + "\" : mount failed: exit status 32");
        node.disks.fail("");
        KubeObject unused = awaitReady();
        assertTrue(node.mounts.below(at(name)).contains(at(name)));
    }

    private static final String TARGET =
            "'targetPortal':'10.0.0.7','iqn':'iqn.2026-01.example:files','lun':%d";
    private static final String DISK = "iface-default-10.0.0.7:3260-iqn.2026-01.example:files-lun-";

    private Path diskOf(String name) {
        return home.resolve("n/plugins/kubernetes.io/iscsi").resolve(name);
    }

    @Test
    void aDiskOfAnotherMachineIsMountedOnceAndLetGoAfterItsLastPod() throws Exception {
        String source = "'iscsi':{" + TARGET.formatted(1) + ",'fsType':'xfs'}";
        putPod(source);
        KubeObject first = awaitReady("a");
        putPod("b", source, "");
        KubeObject second = awaitReady("b");
        Path shared = diskOf(DISK + 1).resolve("mount");
        Path own = home.resolve("n/pods/uid-a/volumes/kubernetes.io~iscsi/data");

        assertTrue(node.mounts.below(shared).contains(shared));
        assertTrue(node.mounts.below(own).contains(own));
        node.api.deleteGracefully(first, 1);
        node.api.awaitGone("a");
        assertTrue(node.mounts.below(shared).contains(shared));
        node.api.deleteGracefully(second, 1);
        node.api.awaitGone("b");

        assertFalse(node.mounts.below(shared).contains(shared));
        assertFalse(Files.exists(diskOf(DISK + 1)));
        assertEquals(
                List.of(
                        "attach iscsi " + DISK + "1 {}",
                        "mount " + DISK.replace(':', '_') + "1.disk xfs []",
                        "detach " + DISK + "1"),
                node.disks.course().stream().distinct().toList());
    }

    @Test
    void aTargetIsLeftOnlyWithItsLastDisk() throws Exception {
        putPod("a", "'iscsi':{" + TARGET.formatted(1) + "}", "");
        putPod("b", "'iscsi':{" + TARGET.formatted(2) + "}", "");
        KubeObject first = awaitReady("a");
        KubeObject second = awaitReady("b");

        node.api.deleteGracefully(first, 1);
        node.api.awaitGone("a");
        node.api.deleteGracefully(second, 1);
        node.api.awaitGone("b");

        List<String> left =
                node.disks.course().stream().filter(each -> each.startsWith("detach")).toList();
        assertEquals(
                List.of("detach " + DISK + "1 of a used target", "detach " + DISK + "2"), left);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'fc':{'targetWWNs':['50060e801049cfd1'],'lun':3} | fc 50060e801049cfd1-lun-3 {}",
                "'fc':{'wwids':['3600508b4 0']} | fc 3600508b4%200-lun-0 {}",
                "'iscsi':{'targetPortal':'[fd00::7]','iqn':'iqn.a/b','lun':0}"
                        + " | iscsi iface-default-[fd00::7]:3260-iqn.a%2fb-lun-0 {}",
                "'iscsi':{'targetPortal':'h:1','portals':['g'],'iqn':'i','lun':0,"
                        + "'chapAuthSession':true,'secretRef':{'name':'chap','namespace':'default'}}"
                        + " | iscsi iface-default-h:1-i-lun-0"
                        + " {node.session.auth.username=me}",
            })
    void theDiskBehindAClaimIsNamed(String source, String expected) throws Exception {
        node.api.put(
                Kinds.SECRET,
                object(
                        "{'apiVersion':'v1','kind':'Secret','metadata':{'namespace':'default',"
                                + "'name':'chap'},'data':{'node.session.auth.username':'bWU='}}"));
        putClaim("'mountOptions':['noatime']," + source);
        putPod(CLAIM.formatted(",'readOnly':true"));

        KubeObject unused = awaitReady();

        assertEquals("attach " + expected, node.disks.course().getFirst());
        assertTrue(node.disks.course().getLast().endsWith(".disk ext4 [noatime, ro]"));
    }

    @Test
    void aDiskOfModeBlockIsGivenAsADevice() throws Exception {
        putClaim("'volumeMode':'Block','iscsi':{" + TARGET.formatted(1) + "}");
        node.api.put(
                Kinds.POD,
                pod(
                        "a",
                        "'restartPolicy':'Always','terminationGracePeriodSeconds':1,"
                                + "'volumes':[{'name':'data',"
                                + CLAIM.formatted("")
                                + "}],'containers':[{'name':'web','image':'nginx:1',"
                                + "'imagePullPolicy':'IfNotPresent','volumeDevices':"
                                + "[{'name':'data','devicePath':'/dev/x'}]}]"));

        KubeObject ready = awaitReady();
        node.api.deleteGracefully(ready, 1);
        node.api.awaitGone("a");

        assertEquals(
                List.of("attach iscsi " + DISK + "1 {}", "detach " + DISK + "1"),
                node.disks.course().stream().distinct().toList());
    }

    @Test
    void aDiskThatIsAwayIsToldAndTriedAgain() throws Exception {
        node.disks.fail("failed to get any path for iscsi disk");

        putPod("'iscsi':{" + TARGET.formatted(1) + "}");

        node.api.awaitEvent(
                "FailedMount",
                "MountVolume.WaitForAttach failed for volume \"data\" : failed to get any path"
                        + " for iscsi disk");
        node.disks.fail("");
        KubeObject unused = awaitReady();
    }

    @Test
    void aSecretThatIsMissingIsTold() throws Exception {
        putPod(
                "'iscsi':{"
                        + TARGET.formatted(1)
                        + ",'chapAuthSession':true,'secretRef':{'name':'chap'}}");

        node.api.awaitEvent(
                "FailedMount",
                "MountVolume.NewMounter initialization failed for volume \"data\" : couldn't get"
                        + " secret default/chap");
    }
}
