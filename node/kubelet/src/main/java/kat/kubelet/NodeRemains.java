package kat.kubelet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import kat.kubelet.volumes.LocalVolumes;
import kat.kubelet.volumes.Mounts;
import kat.kubelet.volumes.PodVolumes;
import kat.kubelet.volumes.Trees;

/// What a kubelet keeps on the machine: mounts, volumes, control groups.
///
/// @param config of the kubelet
/// @param mounts the machine's mount table
public record NodeRemains(KubeletConfig config, Mounts mounts) {

    /// Whether containers of a cluster run on the machine, whoever started them: their
    /// processes are in its control groups.
    ///
    /// @param cgroupRoot of the cluster, as in [KubeletConfig]
    /// @throws UncheckedIOException when control groups cannot be read
    public static boolean containersRun(String cgroupRoot) {
        try {
            return PodCgroups.haveProcesses(Kubelet.CGROUPS, cgroupRoot);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot tell whether containers run in " + cgroupRoot, e);
        }
    }

    /// Takes away what a kubelet does that ends in order: what pods were given in memory, and
    /// mounts. What is on disk stays, and what drivers have put in place, for the next one. To
    /// be called as [#removeFiles].
    public void unmount() throws IOException {
        for (Path ofPod : folders(config.root().resolve("memory"))) {
            Trees.delete(ofPod);
        }
        for (Path at : mounts.below(config.root().resolve("pods"))) {
            if (!PodVolumes.isOfDriver(at)) {
                mounts.unmount(at);
            }
        }
        for (Path at : mounts.below(LocalVolumes.mounted(config.root()))) {
            mounts.unmount(at);
        }
    }

    private static List<Path> folders(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

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
