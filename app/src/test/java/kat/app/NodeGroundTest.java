package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import kat.cri.ContainerRuntime;
import kat.cri.Containerd;
import kat.nftables.CommandException;
import kat.nftables.Commands;
import kat.nftables.Nftables;
import kat.nftables.testing.FakeNftables;
import kat.proxy.NetworkConfig;
import kat.proxy.podnetwork.HostClaims;
import kat.proxy.podnetwork.PodNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeGroundTest {

    @TempDir Path folder;

    @Test
    void startsNoContainerdWhereTheNetworkIsRefused() throws Exception {
        Commands refusing =
                (_, _) -> {
                    throw new CommandException("not on this machine");
                };
        List<NetworkConfig> networks = RealNode.networks(ClusterConfig.DEFAULTS, "node");
        List<Nftables> nftables = List.of(new FakeNftables());
        PodNetwork network =
                new PodNetwork(
                        networks,
                        refusing,
                        nftables,
                        new HostClaims(folder.resolve("claims"), _ -> true),
                        folder.resolve("network"));
        Counted containerd = new Counted();
        NodeGround ground = new NodeGround(networks, refusing, nftables, network, containerd);

        ground.begin().join();

        CommandException why = assertThrows(CommandException.class, ground::awaitContainerd);
        assertEquals("not on this machine", why.getMessage());
        assertEquals(0, containerd.starts.get());
    }

    /// Counts how often it is started.
    private static final class Counted implements Containerd {

        final AtomicInteger starts = new AtomicInteger();

        @Override
        public ContainerRuntime runtime() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isAdopted() {
            return false;
        }

        @Override
        public void start() {
            int unused = starts.incrementAndGet();
        }

        @Override
        public void stop() {}

        @Override
        public void removeAll() {}

        @Override
        public void close() {}
    }
}
