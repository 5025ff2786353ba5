package kat.app;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import kat.base.Ticker;
import kat.cri.Containerd;
import kat.kubelet.NodeRemains;
import kat.nftables.Commands;
import kat.nftables.HostCommands;
import kat.nftables.Nftables;
import kat.proxy.NetworkConfig;
import kat.proxy.podnetwork.HostClaims;
import kat.proxy.podnetwork.PodNetwork;

/// What a real node stands on and needs no API server: the machine's side of the pod network, then
/// containerd. Both come up beside the API server, which takes about as long.
///
/// **Threads:** one owner.
final class NodeGround {

    private final List<NetworkConfig> networks;
    private final Commands commands;
    private final List<Nftables> nftables;
    private final PodNetwork network;
    private final Containerd containerd;
    private final FutureTask<PodNetwork> networkStart;
    private final FutureTask<Containerd> containerdStart;

    static NodeGround of(ClusterConfig config, ClusterFiles files, Ticker ticker) {
        Commands commands = new HostCommands(System.getenv().getOrDefault("PATH", ""));
        List<NetworkConfig> networks = RealNode.networks(config, MachineAddress.hostName());
        List<Nftables> nftables = RealNode.nftables(networks, commands);
        PodNetwork network =
                new PodNetwork(
                        networks,
                        commands,
                        nftables,
                        new HostClaims(HostClaims.SYSTEM, NodeGround::containersRun),
                        networkFolder(files));
        return new NodeGround(
                networks,
                commands,
                nftables,
                network,
                NodeContainerd.of(config, files, network, commands, ticker));
    }

    /// Is there while a server runs, and after one that did not end in order.
    static Path networkFolder(ClusterFiles files) {
        return files.node().resolve("network");
    }

    private static boolean containersRun(String cluster) {
        return NodeRemains.containersRun(RealNode.cgroupRoot(cluster));
    }

    NodeGround(
            List<NetworkConfig> networks,
            Commands commands,
            List<Nftables> nftables,
            PodNetwork network,
            Containerd containerd) {
        this.networks = networks;
        this.commands = commands;
        this.nftables = nftables;
        this.network = network;
        this.containerd = containerd;
        this.networkStart = new FutureTask<>(this::setUpNetwork);
        this.containerdStart = new FutureTask<>(containerd::start, containerd);
    }

    List<NetworkConfig> networks() {
        return networks;
    }

    /// Of each network, in their order.
    List<Nftables> nftables() {
        return nftables;
    }

    Commands commands() {
        return commands;
    }

    PodNetwork network() {
        return network;
    }

    Containerd containerd() {
        return containerd;
    }

    /// Begins to prepare the machine. Where the network is refused, no containerd is started.
    ///
    /// @return the thread that does it
    Thread begin() {
        return Thread.ofVirtual().name("prepare the node").start(this::prepare);
    }

    private void prepare() {
        networkStart.run();
        if (networkStart.state() == Future.State.SUCCESS) {
            containerdStart.run();
        }
    }

    private PodNetwork setUpNetwork() throws InterruptedException {
        network.setUp();
        return network;
    }

    /// Waits until the API server can listen for pods.
    ///
    /// @throws RuntimeException why the network cannot be set up
    void awaitNetwork() throws InterruptedException {
        await(networkStart, "the pod network cannot be set up");
    }

    /// Waits until pods can run.
    ///
    /// @throws RuntimeException why the network cannot be set up or containerd does not start
    void awaitContainerd() throws InterruptedException {
        awaitNetwork(); // without it, nothing starts containerd
        await(containerdStart, "containerd does not start");
    }

    private static void await(FutureTask<?> start, String otherwise) throws InterruptedException {
        try {
            var _ = start.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException why
                    ? why
                    : new IllegalStateException(otherwise, e.getCause());
        }
    }

    /// Ends what KAT started; containers were stopped before.
    void stopContainerd() {
        containerd.stop();
    }

    /// Takes the network away, which nothing may use any more.
    void removeNetwork() throws InterruptedException {
        network.remove();
    }
}
