package kat.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import kat.base.Ticker;
import kat.cri.Containerd;
import kat.kubelet.KubeletConfig;
import kat.kubelet.NodeRemains;
import kat.kubelet.volumes.LinuxMounts;
import kat.nftables.Change;
import kat.nftables.Transaction;
import kat.proxy.podnetwork.PodNetwork;

/// Takes away from the machine what a real node leaves there: containers, mounts, rules, addresses.
/// The cluster's server must not run.
public final class Leftovers {

    private final ClusterConfig config;
    private final ClusterFiles files;
    private final Ticker ticker;

    public Leftovers(ClusterConfig config, ClusterFiles files, Ticker ticker) {
        this.config = config;
        this.files = files;
        this.ticker = ticker;
    }

    /// Harmless when nothing is there.
    ///
    /// @throws UncheckedIOException when something is still in use
    public void remove() throws InterruptedException {
        if (!config.realNode() || !Files.isDirectory(files.node())) {
            return;
        }
        NodeGround ground = NodeGround.of(config, files, ticker);
        PodNetwork network = ground.network();
        try (Containerd containerd = ground.containerd()) {
            network.describe();
            containerd.removeAll();
        }
        KubeletConfig kubelet = RealNode.kubeletConfig(config, files, "");
        try {
            NodeRemains remains = new NodeRemains(kubelet, new LinuxMounts());
            remains.removeFiles();
            if (!network.isNamesake()) {
                remains.removeGroups();
                Files.deleteIfExists(RealNode.logindSettings(config));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove what pods left behind", e);
        }
        for (int i = 0; i < ground.networks().size(); i++) {
            if (!network.isOfAnother(i)) {
                String table = ground.networks().get(i).table();
                ground.nftables()
                        .get(i)
                        .apply(new Transaction(table, List.of(new Change.RemoveTable())));
            }
        }
        network.remove();
    }
}
