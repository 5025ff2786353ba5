package kat.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kat.base.Ticker;
import kat.cri.Containerd;
import kat.cri.ContainerdConfig;
import kat.cri.PrivateContainerd;
import kat.cri.RegistryMirrors;
import kat.cri.SharedContainerd;
import kat.nftables.Commands;
import kat.proxy.podnetwork.PodAttachment;
import kat.proxy.podnetwork.PodNetwork;

/// Which containerd a cluster's pods run in: one of its own, or the one that its settings name.
public final class NodeContainerd {

    private static final List<Path> CNI_FOLDERS =
            List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin"));

    private NodeContainerd() {}

    /// Where it listens.
    public static Path socket(ClusterConfig config, ClusterFiles files) {
        return config.containerdSocket().isEmpty()
                ? ContainerdConfig.of(home(files)).socket()
                : Path.of(config.containerdSocket());
    }

    /// The mirrors of registries that it asks.
    ///
    /// @throws ClusterConfig.ConfigException when it is somebody else's, who configures it
    public static RegistryMirrors mirrors(ClusterConfig config, ClusterFiles files) {
        if (!config.containerdSocket().isEmpty()) {
            throw new ClusterConfig.ConfigException(
                    "the cluster uses the containerd of "
                            + config.containerdSocket()
                            + ", whose own config_path names mirrors");
        }
        return new RegistryMirrors(ContainerdConfig.of(home(files)).registryDirectory());
    }

    static Containerd of(
            ClusterConfig config,
            ClusterFiles files,
            PodNetwork network,
            Commands commands,
            Ticker ticker) {
        if (config.containerdSocket().isEmpty()) {
            ContainerdConfig own =
                    ContainerdConfig.of(home(files)).withCni(network.configFolder(), cniFolder());
            return new PrivateContainerd(own, ticker);
        }
        return new SharedContainerd(
                socket(config, files),
                files.node(),
                new PodSandboxNetwork(new PodAttachment(network, cniFolder(), commands)),
                ticker);
    }

    private static Path home(ClusterFiles files) {
        return files.node().resolve("containerd");
    }

    private static Path cniFolder() {
        return CNI_FOLDERS.stream()
                .filter(folder -> Files.isExecutable(folder.resolve("ptp")))
                .findFirst()
                .orElse(CNI_FOLDERS.getFirst());
    }
}
