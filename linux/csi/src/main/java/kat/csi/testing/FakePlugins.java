package kat.csi.testing;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import kat.csi.CsiException;
import kat.csi.DevicePlugin;
import kat.csi.NodePlugin;
import kat.csi.PluginInfo;
import kat.csi.Plugins;

/// Plug-ins in memory: what answers at a path is what was put there.
///
/// **Threads:** any.
public final class FakePlugins implements Plugins {

    private final Map<Path, FakeNode> nodes = new ConcurrentHashMap<>();

    /// Lets a driver answer at a path, as plug-in and as driver.
    public FakeNode put(Path socket, TestDriver.Options options) {
        FakeNode node = new FakeNode(options);
        nodes.put(socket, node);
        return node;
    }

    private FakeNode require(Path socket) {
        FakeNode node = nodes.get(socket);
        if (node == null) {
            throw new CsiException(CsiException.Code.UNAVAILABLE, "nobody listens", null);
        }
        return node;
    }

    @Override
    public PluginInfo info(Path socket) {
        FakeNode node = require(socket);
        node.failIfTold("GetInfo");
        TestDriver.Options options = node.options();
        return new PluginInfo(
                PluginInfo.STORAGE, options.name(), options.endpoint(), options.versions());
    }

    @Override
    public void notify(Path socket, boolean registered, String error) {
        FakeNode node = require(socket);
        node.failIfTold("NotifyRegistrationStatus");
        node.verdict(registered, error);
    }

    @Override
    public NodePlugin connect(Path endpoint) {
        return require(endpoint);
    }

    /// Drivers of devices are [TestDeviceDriver]s, over sockets.
    @Override
    public DevicePlugin connectDevices(
            Path endpoint, DevicePlugin.Service service, Consumer<Boolean> connected) {
        throw new CsiException(CsiException.Code.UNIMPLEMENTED, "a driver of storage", null);
    }

    @Override
    public void close() {}
}
