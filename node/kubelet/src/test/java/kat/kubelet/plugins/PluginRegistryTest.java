package kat.kubelet.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import kat.base.testing.FakeTicker;
import kat.csi.CsiException;
import kat.csi.DevicePlugin;
import kat.csi.NodePlugin;
import kat.csi.PluginInfo;
import kat.csi.Plugins;
import kat.kubelet.volumes.KubeletFolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginRegistryTest {

    @TempDir Path folder;

    private final List<String> asked = new ArrayList<>();
    private final Map<String, String> endpoints = new HashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private WatchService watch;
    private PluginRegistry registry;

    @BeforeEach
    void make() throws IOException {
        watch = folder.getFileSystem().newWatchService();
        open.add(watch);
        PluginHandler handler =
                (_, _) -> {
                    throw new IllegalStateException("not reached");
                };
        Registrar registrar =
                new Registrar(
                        new Refusing(),
                        Map.of(PluginInfo.STORAGE, handler),
                        new KubeletFolder(folder));
        registry = new PluginRegistry(folder, registrar, ticker);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private void socket(String name) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        open.add(server.bind(UnixDomainSocketAddress.of(folder.resolve(name))));
    }

    /// Nobody answers, but those with an endpoint.
    private final class Refusing implements Plugins {

        @Override
        public PluginInfo info(Path socket) {
            String name = socket.getFileName().toString();
            asked.add(name);
            String endpoint = endpoints.get(name);
            if (endpoint == null) {
                throw new CsiException(CsiException.Code.UNAVAILABLE, "nobody listens", null);
            }
            return new PluginInfo(PluginInfo.STORAGE, name, endpoint, List.of("1.0.0"));
        }

        @Override
        public void notify(Path socket, boolean registered, String error) {}

        @Override
        public NodePlugin connect(Path endpoint) {
            throw new IllegalStateException("not reached");
        }

        @Override
        public DevicePlugin connectDevices(
                Path endpoint, DevicePlugin.Service service, Consumer<Boolean> connected) {
            throw new IllegalStateException("not reached");
        }

        @Override
        public void close() {}
    }

    @Test
    void aRefusedSocketIsAskedAgainOnlyWhenItsDelayIsOver() throws IOException {
        socket("a");
        socket("b");
        registry.look(watch);
        socket("c");
        ticker.advance(Duration.ofMillis(200));
        registry.look(watch);
        assertEquals(List.of("a", "b", "c"), asked);
        assertEquals(Duration.ofMillis(300), ticker.untilNext());

        ticker.advance(Duration.ofMillis(300));
        registry.look(watch);
        assertEquals(List.of("a", "b", "c", "a", "b"), asked);
        assertEquals(Duration.ofMillis(200), ticker.untilNext());

        Files.delete(folder.resolve("c"));
        registry.look(watch);
        assertEquals(Duration.ofSeconds(1), ticker.untilNext());
    }

    @Test
    void aSocketThatTellsNoPathDoesNotHideThoseBehindIt() throws IOException {
        socket("a");
        socket("b");
        endpoints.put("a", "no\0path");

        registry.look(watch);

        assertEquals(List.of("a", "b"), asked);
    }
}
