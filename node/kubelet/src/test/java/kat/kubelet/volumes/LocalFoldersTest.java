package kat.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.base.testing.FakeTicker;
import kat.client.EventRecorder;
import kat.client.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFoldersTest {

    @TempDir Path home;

    private static KubeObject object(String kind, String name, String spec) {
        String text =
                "{\"kind\":\"%s\",\"metadata\":{\"name\":\"%s\",\"namespace\":\"default\"},\"spec\":{%s}}"
                        .formatted(kind, name, spec);
        return KubeObject.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private Claims.Found place(Path local) throws VolumeFault, IOException {
        FakeTicker ticker = new FakeTicker(Instant.EPOCH);
        Transport api = unasked(Transport.class);
        EventRecorder events = new EventRecorder(api, ticker, "kubelet", "node-0");
        VolumeGrowth growth = new VolumeGrowth(api, events, ticker, "node-0");
        LocalVolumes volumes = new LocalVolumes(home, unasked(Mounts.class), new NoDisks(), growth);
        KubeObject volume =
                object("PersistentVolume", "pv", "\"local\":{\"path\":\"" + local + "\"}");
        KubeObject claim = object("PersistentVolumeClaim", "c", "\"volumeName\":\"pv\"");
        return volumes.place(object("Pod", "p", ""), new Claims.Bound(claim, volume), false);
    }

    /// What nothing is asked of where a volume is a folder.
    private static <T> T unasked(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, _) -> {
                            throw new UnsupportedOperationException(method.getName());
                        }));
    }

    @Test
    void aLocalVolumeIsWhatItsLinkLeadsTo() throws Exception {
        Path folder = Files.createDirectory(home.resolve("disk")).toRealPath();
        Path link = Files.createSymbolicLink(home.resolve("link"), folder);

        assertEquals(new Claims.Found(folder, true), place(link));
    }

    @Test
    void aLocalVolumeThatIsAFileOrNothingIsRefused() throws Exception {
        Path file = Files.createFile(home.resolve("file"));
        Path missing = home.resolve("missing");
        String failed = "MountVolume.NewMounter initialization failed for volume \"pv\" : ";

        VolumeFault ofFile = assertThrows(VolumeFault.class, () -> place(file));
        VolumeFault ofNothing = assertThrows(VolumeFault.class, () -> place(missing));

        assertEquals(failed + "only directory and block device are supported", ofFile.getMessage());
        assertEquals(failed + "path \"" + missing + "\" does not exist", ofNothing.getMessage());
    }

    private static final class NoDisks implements Disks {

        @Override
        public boolean isDevice(Path path) {
            return false;
        }

        @Override
        public void mount(Path device, Path at, String type, List<String> options) {
            throw new UnsupportedOperationException("no device is mounted here");
        }

        @Override
        public void mountShare(String source, Path at, String type, List<String> options) {
            throw new UnsupportedOperationException("no server is asked here");
        }

        @Override
        public void grow(Path device, Path at) {
            throw new UnsupportedOperationException("no device grows here");
        }

        @Override
        public Path attach(RemoteDisk disk, Map<String, String> login) {
            throw new UnsupportedOperationException("no disk is attached here");
        }

        @Override
        public void detach(RemoteDisk disk, boolean isTargetUsed) {
            throw new UnsupportedOperationException("no disk is attached here");
        }
    }
}
