package kat.kubelet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import kat.kubelet.volumes.Mounts;
import kat.kubelet.volumes.Trees;

/// What a kubelet keeps on the machine: mounts, volumes, control groups.
///
/// @param config of the kubelet
/// @param mounts the machine's mount table
public record NodeRemains(KubeletConfig config, Mounts mounts) {

    /// Takes mounts and volumes away. To be called when the kubelet is closed and no container
    /// runs; harmless when nothing is there.
    ///
    /// @throws IOException when something is still in use
    public void removeFiles() throws IOException {
        for (Path at : mounts.below(config.root())) {
            mounts.unmount(at);
        }
        List<Path> mounted = mounts.below(config.root());
        if (!mounted.isEmpty()) {
            throw new IOException("still mounted at " + mounted.getFirst() + "; nothing deleted");
        }
        Trees.delete(config.root());
    }

    /// Takes the control groups away, which bear the cluster's name; as [#removeFiles].
    public void removeGroups() throws IOException {
        new PodCgroups(Kubelet.CGROUPS, config.cgroupRoot(), false).removeAll();
    }
}
