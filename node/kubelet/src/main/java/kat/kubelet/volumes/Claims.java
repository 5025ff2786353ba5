package kat.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Path;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.kubelet.spec.ObjectSource;

/// Persistent volumes that are paths of this machine.
record Claims(ObjectSource objects, KubeletFolder folder) {

    /// What stands behind a claim.
    ///
    /// @param isOwned whether the files are given to the pod's group: those of `local` volumes are,
    ///     a machine's own folders are not
    record Found(Path path, boolean isOwned) {}

    /// A claim and the volume that it is bound to.
    record Bound(KubeObject claim, KubeObject volume) {}

    /// A claim of the pod's namespace.
    Bound bound(KubeObject pod, String name) throws VolumeFault {
        ObjectKey key = ObjectKey.of(pod.namespace(), name);
        KubeObject claim = objects.find(Kinds.PERSISTENT_VOLUME_CLAIM, key);
        if (claim == null) {
            throw new VolumeFault("persistentvolumeclaim \"" + name + "\" not found");
        }
        String volumeName = claim.spec().string("volumeName");
        if (volumeName.isEmpty() || !claim.status().string("phase").equals("Bound")) {
            throw new VolumeFault("PVC " + key + " is not bound");
        }
        KubeObject volume = objects.find(Kinds.PERSISTENT_VOLUME, ObjectKey.of("", volumeName));
        if (volume == null) {
            throw new VolumeFault("persistentvolume \"" + volumeName + "\" not found");
        }
        return new Bound(claim, volume);
    }

    /// The path behind a volume that is a folder of the machine.
    Found find(KubeObject volume) throws VolumeFault, IOException {
        if (volume.spec().has("hostPath")) {
            return new Found(HostPaths.check(volume.spec().object("hostPath"), folder), false);
        }
        throw new VolumeFault("unsupported type of persistent volume " + volume.name());
    }
}
