package kat.kubelet;

import static kat.kubelet.Fixtures.object;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        node.api.put(
                Kinds.POD,
                pod(
                        "a",
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
        for (int count = 0; count < 200; count++) {
            KubeObject found = node.api.find(Kinds.POD, ObjectKey.of("default", "a"));
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
}
