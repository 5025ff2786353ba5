package kat.kubelet.csi;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kat.kubelet.volumes.Mounts;
import org.jspecify.annotations.Nullable;

/// What is written on disk of the volumes that stand on the node.
record CsiDisk(CsiPaths paths, Mounts mounts) {

    private static final Logger LOG = System.getLogger("kat.kubelet.csi");

    /// What is written of the files of a volume that a pod has. Where that makes no sense and
    /// nothing is mounted, as after a crash of the machine, there is nothing to take away.
    ///
    /// @return null when there is nothing
    @Nullable VolumeData shown(Path volume) throws IOException {
        try {
            return VolumeData.load(volume);
        } catch (IOException e) {
            if (mounts.below(volume).isEmpty()) {
                LOG.log(Level.WARNING, "volume data ignored error={0}", e.getMessage());
                return null;
            }
            throw e;
        }
    }

    /// Whether a pod has this volume; also where what is written of a pod's volumes cannot be
    /// read.
    boolean isUsed(String identity) throws IOException {
        for (Path pod : CsiVolumes.list(paths.pods())) {
            String uid = pod.getFileName().toString();
            try {
                for (VolumeData data : ofPod(uid)) {
                    if (data.identity().equals(identity)) {
                        return true;
                    }
                }
            } catch (IOException e) {
                LOG.log(
                        Level.WARNING,
                        "volume kept, a pod may have it volume={0} error={1}",
                        identity,
                        e.getMessage());
                return true;
            }
        }
        return false;
    }

    private List<VolumeData> ofPod(String uid) throws IOException {
        List<VolumeData> all = new ArrayList<>();
        for (Path volume : CsiVolumes.list(paths.volumes(uid))) {
            VolumeData data = shown(volume);
            if (data != null) {
                all.add(data);
            }
        }
        for (Path link : CsiVolumes.list(paths.deviceLinks(uid))) {
            VolumeData data = VolumeData.load(paths.deviceData(link.getFileName().toString()));
            if (data != null) {
                all.add(data);
            }
        }
        return all;
    }

    /// What is written of a volume that is ready on the node; of devices a folder deeper.
    @Nullable VolumeData staged(Path volume) throws IOException {
        VolumeData files = VolumeData.load(volume);
        return files == null ? VolumeData.load(volume.resolve("data")) : files;
    }

    /// What is written of all volumes, of pods and of the node; one that cannot be read is left
    /// out.
    List<VolumeData> all() throws IOException {
        List<VolumeData> all = new ArrayList<>();
        for (Path pod : CsiVolumes.list(paths.pods())) {
            try {
                all.addAll(ofPod(pod.getFileName().toString()));
            } catch (IOException e) {
                LOG.log(Level.WARNING, "volumes of a pod not read error={0}", e.getMessage());
            }
        }
        for (Path driver : CsiVolumes.list(paths.staged())) {
            for (Path volume : CsiVolumes.list(driver)) {
                try {
                    VolumeData data = staged(volume);
                    if (data != null) {
                        all.add(data);
                    }
                } catch (IOException e) {
                    LOG.log(Level.WARNING, "volume not read error={0}", e.getMessage());
                }
            }
        }
        return all;
    }
}
