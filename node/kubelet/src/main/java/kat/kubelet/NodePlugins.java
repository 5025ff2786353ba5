package kat.kubelet;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import kat.csi.PluginInfo;
import kat.csi.UnixPlugins;
import kat.kubelet.csi.NodeDrivers;
import kat.kubelet.dra.NodeDevices;
import kat.kubelet.plugins.PluginRegistry;
import kat.kubelet.plugins.Registrar;
import kat.kubelet.volumes.DriverVolumes;
import kat.kubelet.volumes.KubeletFolder;
import kat.kubelet.volumes.Mounts;

/// The plug-ins of a node, found by their sockets: drivers of storage and of devices.
///
/// **Threads:** any; [#start] once.
final class NodePlugins implements AutoCloseable {

    private static final String REGISTRY = "plugins_registry";

    private final UnixPlugins plugins;
    private final NodeDrivers storage;
    private final NodeDevices devices;
    private final PluginRegistry registry;

    NodePlugins(KubeletConfig config, Mounts mounts, NodeDrivers.Api api) {
        this.plugins = UnixPlugins.of(config.root());
        this.storage = new NodeDrivers(config.root(), config.nodeName(), plugins, mounts, api);
        this.devices =
                new NodeDevices(
                        config.root(), config.nodeName(), plugins, api.transport(), api.ticker());
        Registrar registrar =
                new Registrar(
                        plugins,
                        Map.of(
                                PluginInfo.STORAGE,
                                storage.handler(),
                                PluginInfo.DEVICES,
                                devices.handler()),
                        new KubeletFolder(config.root()));
        this.registry =
                new PluginRegistry(config.root().resolve(REGISTRY), registrar, api.ticker());
    }

    DriverVolumes volumes() {
        return storage.volumes();
    }

    NodeDevices devices() {
        return devices;
    }

    /// Begins to follow plug-ins. The Node must be there.
    ///
    /// @throws IOException when folders cannot be made or read
    void start() throws IOException {
        storage.start();
        devices.start();
        registry.start();
    }

    /// Gives up what is ready on the node and belongs to no pod.
    ///
    /// @param pods uids of those that are here
    /// @throws IOException when a driver is not there
    void removeUnused(Set<String> pods) throws IOException {
        try {
            storage.removeUnused();
        } finally {
            devices.removeUnused(pods);
        }
    }

    @Override
    public void close() {
        registry.close();
        storage.close();
        devices.close();
        plugins.close();
    }
}
