package kat.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kat.base.Ticker;
import kat.cri.Containerd;
import kat.cri.ContainerdConfig;
import kat.kubelet.volumes.LinuxMounts;
import kat.nftables.Change;
import kat.nftables.Commands;
import kat.nftables.HostCommands;
import kat.nftables.NftProgram;
import kat.nftables.Nftables;
import kat.nftables.Transaction;
import kat.proxy.NetworkConfig;
import kat.proxy.podnetwork.HostClaims;
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

    /// What pods' volumes left mounted, the deepest first.
    private void unmount() {
        LinuxMounts mounts = new LinuxMounts();
        try {
            for (Path at : mounts.below(files.node()).reversed()) {
                mounts.unmount(at);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unmount volumes in " + files.node(), e);
        }
    }

    /// Harmless when nothing is there.
    public void remove() throws InterruptedException {
        if (!config.realNode() || !Files.isDirectory(files.node())) {
            return;
        }
        Containerd containerd =
                new Containerd(ContainerdConfig.of(files.node().resolve("containerd")), ticker);
        containerd.removeAll();
        unmount();
        Commands commands = new HostCommands(System.getenv().getOrDefault("PATH", ""));
        Nftables nftables = new NftProgram(commands);
        NetworkConfig network = RealNode.networkConfig(config, "");
        nftables.apply(new Transaction(network.table(), List.of(new Change.RemoveTable())));
        new PodNetwork(
                        network,
                        commands,
                        nftables,
                        new HostClaims(HostClaims.SYSTEM),
                        files.node().resolve("network"))
                .remove();
    }
}
