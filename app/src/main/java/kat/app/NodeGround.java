package kat.app;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import kat.base.Ticker;
import kat.cri.Containerd;
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

    NodeGround(ClusterConfig config, ClusterFiles files, Ticker ticker) {
        this.commands = new HostCommands(System.getenv().getOrDefault("PATH", ""));
        this.networks = RealNode.networks(config, MachineAddress.hostName());
        this.nftables = RealNode.nftables(networks, commands);
        this.network =
                new PodNetwork(
                        networks,
                        commands,
                        nftables,
                        new HostClaims(HostClaims.SYSTEM),
                        files.node().resolve("network"));
        this.containerd = NodeContainerd.of(config, files, network, commands, ticker);
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

    Containerd containerd() {
        return containerd;
    }

    /// Begins to prepare the machine.
    void begin() {
        Thread unused =
                Thread.ofVirtual()
                        .name("prepare the node")
                        .start(
                                () -> {
                                    networkStart.run();
                                    containerdStart.run();
                                });
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
    /// @throws RuntimeException why containerd does not start
    void awaitContainerd() throws InterruptedException {
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
