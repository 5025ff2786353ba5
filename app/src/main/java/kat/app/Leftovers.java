package kat.app;

import java.nio.file.Files;
import java.util.List;
import kat.base.Ticker;
import kat.cri.Containerd;
import kat.cri.ContainerdConfig;
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

    /// Harmless when nothing is there.
    public void remove() throws InterruptedException {
        if (!config.realNode() || !Files.isDirectory(files.node())) {
            return;
        }
        Containerd containerd =
                new Containerd(ContainerdConfig.of(files.node().resolve("containerd")), ticker);
        containerd.removeAll();
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
