package kat.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import kat.base.TaskGroup;
import kat.base.Ticker;
import kat.cri.Container;
import kat.cri.ContainerFilter;
import kat.cri.ContainerRuntime;
import kat.cri.ContainerState;
import kat.cri.Containerd;
import kat.cri.PodSandbox;
import kat.cri.PodSandboxFilter;
import kat.kubelet.KubeletConfig;
import kat.kubelet.NodeRemains;
import kat.kubelet.volumes.LinuxMounts;
import kat.nftables.Change;
import kat.nftables.Transaction;
import kat.proxy.podnetwork.PodNetwork;

/// Takes away from the machine what a real node leaves there: containers, mounts, rules, addresses.
/// The cluster's server must not run.
public final class Leftovers {

    /// What Kubernetes gives a pod that asks for no other time.
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final ClusterConfig config;
    private final ClusterFiles files;
    private final Ticker ticker;

    public Leftovers(ClusterConfig config, ClusterFiles files, Ticker ticker) {
        this.config = config;
        this.files = files;
        this.ticker = ticker;
    }

    /// Whether the last server of a real node did not end in order, as after `kill -9`.
    public boolean areThere() {
        return config.realNode() && Files.isDirectory(NodeGround.networkFolder(files));
    }

    /// Does what the server would have done at its end: containers are told to end and have
    /// some time for it, volumes are unmounted, packet rules and network go. Objects, images
    /// and volumes of drivers stay. Without a server nobody runs the containers' `preStop`
    /// hooks.
    ///
    /// @throws UncheckedIOException when something is still in use
    /// @throws ExecutionException when a container does not end
    public void end() throws InterruptedException, ExecutionException {
        NodeGround ground = NodeGround.of(config, files, ticker);
        ground.network().describe();
        try (Containerd containerd = ground.containerd()) {
            containerd.start();
            endContainers(containerd.runtime());
            containerd.stop();
        }
        try {
            new NodeRemains(RealNode.kubeletConfig(config, files, ""), new LinuxMounts()).unmount();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unmount what pods left behind", e);
        }
        removeNetwork(ground);
    }

    private static void endContainers(ContainerRuntime runtime)
            throws InterruptedException, ExecutionException {
        try (TaskGroup containers = new TaskGroup("kat-end-containers")) {
            for (Container container : runtime.listContainers(ContainerFilter.ALL)) {
                if (container.state() == ContainerState.RUNNING) {
                    var _ = containers.fork(() -> end(runtime, container));
                }
            }
            containers.join();
        }
        try (TaskGroup sandboxes = new TaskGroup("kat-end-sandboxes")) {
            for (PodSandbox sandbox : runtime.listPodSandboxes(PodSandboxFilter.ALL)) {
                var _ = sandboxes.fork(() -> end(runtime, sandbox));
            }
            sandboxes.join();
        }
    }

    private static String end(ContainerRuntime runtime, Container container) {
        runtime.stopContainer(container.id(), GRACE);
        return container.id();
    }

    private static String end(ContainerRuntime runtime, PodSandbox sandbox) {
        runtime.stopPodSandbox(sandbox.id());
        return sandbox.id();
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
        removeNetwork(ground);
    }

    private static void removeNetwork(NodeGround ground) throws InterruptedException {
        PodNetwork network = ground.network();
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
