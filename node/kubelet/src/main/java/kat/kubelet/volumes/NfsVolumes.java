package kat.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// Volumes of type `nfs`: folders of a server, mounted for each pod by the machine's own mount(8),
/// which wants the helper of the package `nfs-common` and a kernel that knows NFS.
///
/// Nothing here touches the files: a server that is away would hold whoever asks.
///
/// **Threads:** any, of one pod one at a time.
///
/// **Source:** `pkg/volume/nfs/nfs.go`.
public final class NfsVolumes {

    private static final String OF_PODS = "kubernetes.io~nfs";

    private final Path root;
    private final Mounts mounts;
    private final Disks disks;

    /// @param root folder of the kubelet, absolute
    public NfsVolumes(Path root, Mounts mounts, Disks disks) {
        this.root = root;
        this.mounts = mounts;
        this.disks = disks;
    }

    /// Puts a volume of a pod's own in place; harmless when repeated.
    ///
    /// @param nfs server, path and whether nothing is to be written
    /// @throws IOException with the words of mount(8)
    Path place(KubeObject pod, String volume, JsonObject nfs) throws IOException {
        List<String> options = nfs.bool("readOnly") ? List.of("ro") : List.of();
        return place(pod, volume, nfs, options);
    }

    /// Puts a persistent volume in place; harmless when repeated. Its own `readOnly` means
    /// nothing, the claim's does.
    Path place(KubeObject pod, KubeObject volume, boolean readOnly) throws VolumeFault {
        List<String> options = MountOptions.of(volume, readOnly);
        try {
            return place(pod, volume.name(), volume.spec().object("nfs"), options);
        } catch (IOException e) {
            throw new VolumeFault(
                    VolumeFault.Telling.SENTENCE,
                    "MountVolume.SetUp failed for volume \""
                            + volume.name()
                            + "\" : "
                            + e.getMessage());
        }
    }

    private Path place(KubeObject pod, String name, JsonObject nfs, List<String> options)
            throws IOException {
        Path at =
                root.resolve("pods")
                        .resolve(pod.uid())
                        .resolve("volumes")
                        .resolve(OF_PODS)
                        .resolve(name);
        if (mounts.below(at).contains(at)) {
            return at;
        }
        Files.createDirectories(at);
        try {
            disks.mountShare(source(nfs), at, "nfs", options);
        } catch (IOException e) {
            Files.deleteIfExists(at);
            throw e;
        }
        return at;
    }

    private static String source(JsonObject nfs) {
        String server = nfs.string("server");
        boolean isIpv6 = server.contains(":") && !server.startsWith("[");
        return (isIpv6 ? "[" + server + "]" : server) + ":" + nfs.string("path");
    }
}
