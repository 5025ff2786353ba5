package kat.kubelet;

import static kat.kubelet.Fixtures.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.base.testing.FakeTicker;
import kat.client.EventRecorder;
import kat.cri.testing.FakeContainerRuntime;
import kat.cri.testing.FakeProgram;
import kat.kubelet.volumes.DriverVolumes;
import kat.kubelet.volumes.Fill;
import kat.kubelet.volumes.ImageVolumes;
import kat.kubelet.volumes.LocalVolumes;
import kat.kubelet.volumes.NfsVolumes;
import kat.kubelet.volumes.PodVolumes;
import kat.kubelet.volumes.VolumeFault;
import kat.kubelet.volumes.VolumeGrowth;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is deleted of pods' volumes, and what never is.
class PodVolumesTest {

    @TempDir Path home;

    private final FakeMounts mounts = new FakeMounts();
    private final List<String> removed = new ArrayList<>();
    private boolean isAway;
    private PodVolumes volumes;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        FakeContainerRuntime runtime =
                new FakeContainerRuntime(new FakeTicker(NOW), FakeProgram.FOREVER);
        FakeDisks disks = new FakeDisks(mounts);
        volumes =
                new PodVolumes(
                        home,
                        mounts,
                        new PodVolumes.Sources(
                                (_, _) -> null,
                                (_, _, _) -> {
                                    throw new VolumeFault("no tokens");
                                },
                                new ImageVolumes(mounts, runtime.images()),
                                new FakeDrivers(),
                                new LocalVolumes(home, mounts, disks, growth()),
                                new NfsVolumes(home, mounts, disks)));
        volumes.start();
        Path mounted = volumes.folder("u").resolve("volumes/kubernetes.io~csi/pv-1/mount");
        Files.createDirectories(mounted);
        mounts.tmpfs(mounted, 0);
        file = Files.writeString(mounted.resolve("precious"), "data");
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
}
