package kat.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Path;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Volumes that are put in place by drivers of storage, programs beside the kubelet.
///
/// **Threads:** any, of one pod one at a time; calls block until the driver has answered.
public interface DriverVolumes {

    /// What a pod wants of a driver.
    ///
    /// @param name of the volume in the pod
    /// @param inline its `csi` in the pod; empty for a persistent volume
    /// @param claim on the volume; null for one that is described in the pod
    /// @param volume the persistent volume; null for one that is described in the pod
    /// @param readOnly whether the pod asks for no more
    record Wanted(
            String name,
            JsonObject inline,
            @Nullable KubeObject claim,
            @Nullable KubeObject volume,
            boolean readOnly) {}

    /// What stands.
    ///
    /// @param path of the files, or of the device
    /// @param takesGroup whether the files are to be given to the pod's group
    /// @param watched whether it must be looked at again from time to time
    record Placed(Path path, boolean takesGroup, boolean watched) {}

    /// Puts a volume in place; harmless when repeated.
    Placed place(KubeObject pod, Wanted wanted) throws VolumeFault, IOException;

    /// How full a volume is.
    ///
    /// @param path of a volume that was put in place
    /// @return null when its driver does not tell
    /// @throws IOException when the driver is away or fails
    @Nullable Fill fill(Path path) throws IOException;

    /// Takes all of a pod's volumes away; harmless when repeated.
    ///
    /// @param uid of the pod
    /// @throws IOException when a driver is away or refuses; what is left is left as it was
    void remove(String uid) throws IOException;
}
