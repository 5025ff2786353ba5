package kat.kubelet;

import java.nio.file.Path;
import kat.cri.ContainerRuntime;
import kat.kubelet.csi.NodeDrivers;
import kat.kubelet.volumes.Disks;
import kat.kubelet.volumes.ImageVolumes;
import kat.kubelet.volumes.LocalVolumes;
import kat.kubelet.volumes.Mounts;
import kat.kubelet.volumes.NfsVolumes;
import kat.kubelet.volumes.PodVolumes;
import kat.kubelet.volumes.RemoteVolumes;
import kat.kubelet.volumes.VolumeGrowth;

/// Puts together what gives pods of a node their volumes.
final class NodeVolumes {

    private NodeVolumes() {}

    static PodVolumes of(
            KubeletConfig config,
            Kubelet.Machine machine,
            NodeDrivers.Api api,
            NodePlugins plugins,
            ContainerRuntime runtime) {
        Path root = config.root();
        Mounts mounts = machine.mounts();
        Disks disks = machine.disks();
        VolumeGrowth growth =
                new VolumeGrowth(api.transport(), api.events(), api.ticker(), config.nodeName());
        PodVolumes.Sources sources =
                new PodVolumes.Sources(
                        api.objects(),
                        api.tokens(),
                        new ImageVolumes(mounts, runtime.images()),
                        plugins.volumes(),
                        new LocalVolumes(root, mounts, disks, growth),
                        new NfsVolumes(root, mounts, disks),
                        new RemoteVolumes(root, mounts, disks, api.objects()));
        return new PodVolumes(root, mounts, sources);
    }
}
