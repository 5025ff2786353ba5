package kat.kubelet;

import static kat.kubelet.Fixtures.NOW;
import static kat.kubelet.Fixtures.object;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.base.testing.FakeTicker;
import kat.client.EventRecorder;
import kat.cri.testing.FakeContainerRuntime;
import kat.cri.testing.FakeProgram;
import kat.kubelet.spec.DownwardApi;
import kat.kubelet.volumes.DriverVolumes;
import kat.kubelet.volumes.Fill;
import kat.kubelet.volumes.ImageVolumes;
import kat.kubelet.volumes.LocalVolumes;
import kat.kubelet.volumes.NfsVolumes;
import kat.kubelet.volumes.PodVolumes;
import kat.kubelet.volumes.RemoteVolumes;
import kat.kubelet.volumes.VolumeFault;
import kat.kubelet.volumes.VolumeGrowth;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is deleted of pods' volumes, and what never is.
class PodVolumesTest {

    @TempDir Path home;

    private final FakeMounts mounts = new FakeMounts();
    private final Map<Kind, KubeObject> objects = new HashMap<>();
    private final List<String> removed = new ArrayList<>();
    private boolean isAway;
    private FakeDisks disks;
    private PodVolumes volumes;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        disks = new FakeDisks(mounts, home.resolve("devices"));
        volumes = volumes();
        volumes.start();
        Path mounted = volumes.folder("u").resolve("volumes/kubernetes.io~csi/pv-1/mount");
        Files.createDirectories(mounted);
        mounts.tmpfs(mounted, 0);
        file = Files.writeString(mounted.resolve("precious"), "data");
    }

    private PodVolumes volumes() {
        FakeContainerRuntime runtime =
                new FakeContainerRuntime(new FakeTicker(NOW), FakeProgram.FOREVER);
        return new PodVolumes(
                home,
                mounts,
                new PodVolumes.Sources(
                        (kind, _) -> objects.get(kind),
                        (_, _, _) -> {
                            throw new VolumeFault("no tokens");
                        },
                        new ImageVolumes(mounts, runtime.images()),
                        new FakeDrivers(),
                        new LocalVolumes(home, mounts, disks, growth()),
                        new NfsVolumes(home, mounts, disks),
                        new RemoteVolumes(home, mounts, disks, (_, _) -> null)));
    }

    private static VolumeGrowth growth() {
        FakeTicker ticker = new FakeTicker(NOW);
        FakeApi api = new FakeApi();
        return new VolumeGrowth(
                api, new EventRecorder(api, ticker, "kubelet", "node-0"), ticker, "node-0");
    }

    private final class FakeDrivers implements DriverVolumes {

        @Override
        public Placed place(KubeObject pod, Wanted wanted) {
            throw new UnsupportedOperationException("nothing is placed here");
        }

        @Override
        public Fill fill(Path path) {
            throw new UnsupportedOperationException("nothing is measured here");
        }

        @Override
        public void remove(String uid) throws IOException {
            if (isAway) {
                throw new IOException("the driver is away");
            }
            removed.add(uid);
        }
    }

    @Test
    void keepsFilesOfMountedVolumesWhenTheKubeletLeaves() throws IOException {
        volumes.leave();

        volumes.forget("u");

        assertTrue(Files.exists(file));
        assertEquals(List.of(), removed);
        assertFalse(mounts.below(volumes.folder("u")).isEmpty());
    }

    @Test
    void deletesNothingBelowWhichSomethingIsStillMounted() {
        mounts.keepAll();

        assertThrows(IOException.class, () -> volumes.forget("u"));

        assertTrue(Files.exists(file));
    }

    @Test
    void deletesTheFolderOfAPodOfWhichNothingIsMounted() throws IOException {
        Files.delete(file);

        volumes.forget("u");

        assertEquals(List.of("u"), removed);
        assertFalse(Files.exists(volumes.folder("u")));
    }

    @Test
    void givesTheDiskOfEmptyDirsBackWhenAPodHasEnded() throws IOException {
        Path big = volumes.emptyDir("u", "scratch").resolve("big");
        Files.createDirectories(big.getParent());
        Files.writeString(big, "x");

        volumes.unmount("u");

        assertFalse(Files.exists(big));
        assertTrue(Files.exists(volumes.folder("u")));
    }

    @Test
    void deletesNothingOfAnEmptyDirBelowWhichSomethingIsStillMounted() throws IOException {
        Path kept = volumes.emptyDir("u", "scratch").resolve("kept");
        Files.createDirectories(kept.getParent());
        mounts.tmpfs(kept.getParent(), 0);
        Files.writeString(kept, "x");
        mounts.keepAll();

        volumes.unmount("u");

        assertTrue(Files.exists(kept));
    }

    @Test
    void deletesSecretsAlsoWhileADriverIsAway() throws IOException {
        Path secret = Files.createDirectories(home.resolve("memory/u/key"));
        isAway = true;

        assertThrows(IOException.class, () -> volumes.forget("u"));

        assertFalse(Files.exists(secret));
        assertTrue(Files.exists(file));
    }

    @Test
    void aLaterKubeletLetsGoOfDisksThatAnEarlierOneAttached() throws Exception {
        KubeObject pod =
                pod("a", "'volumes':[{'name':'d','iscsi':{'targetPortal':'h','iqn':'i','lun':4}}]");
        PodVolumes.Ready ready =
                volumes.prepare(pod, new DownwardApi(pod, Map.of()), Instant.EPOCH);
        Path at = ready.paths().get("d");
        assertTrue(mounts.below(home).contains(at));

        volumes().forget(pod.uid());

        assertEquals("detach iface-default-h:3260-i-lun-4", disks.course().getLast());
        assertFalse(mounts.below(home).contains(at));
        assertFalse(Files.exists(volumes.folder(pod.uid())));
        try (Stream<Path> left = Files.list(home.resolve("plugins/kubernetes.io/iscsi"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void aDiskThatStaysIsLetGoWhenItIsTriedAgain() throws Exception {
        KubeObject pod = pod("a", "'volumes':[{'name':'d','fc':{'targetWWNs':['5'],'lun':4}}]");
        PodVolumes.Ready unused =
                volumes.prepare(pod, new DownwardApi(pod, Map.of()), Instant.EPOCH);
        disks.fail("it is busy");
        assertThrows(IOException.class, () -> volumes.forget(pod.uid()));
        disks.fail("");

        volumes.forget(pod.uid());

        assertEquals(2, disks.course().stream().filter("detach 5-lun-4"::equals).count());
        assertFalse(Files.exists(home.resolve("plugins/kubernetes.io/fc/5-lun-4")));
    }

    @ParameterizedTest
    @CsvSource({"Block,", "Filesystem,d"})
    void aDeviceIsNotToldHowFullItIs(String mode, String told) throws Exception {
        objects.put(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                object(
                        "{'metadata':{'namespace':'default','name':'c'},"
                                + "'spec':{'volumeName':'v'},'status':{'phase':'Bound'}}"));
        objects.put(
                Kinds.PERSISTENT_VOLUME,
                object(
                        "{'metadata':{'name':'v'},'spec':{'volumeMode':'"
                                + mode
                                + "','iscsi':{'targetPortal':'h','iqn':'i','lun':4}}}"));
        KubeObject pod =
                pod("a", "'volumes':[{'name':'d','persistentVolumeClaim':{'claimName':'c'}}]");

        PodVolumes.Ready unused =
                volumes.prepare(pod, new DownwardApi(pod, Map.of()), Instant.EPOCH);

        assertEquals(told == null ? Set.of() : Set.of(told), volumes.fills(pod.uid()).keySet());
    }
}
