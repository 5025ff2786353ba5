package kat.kubelet.csi;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import kat.api.StatusException;
import kat.base.Ticker;
import kat.client.EventRecorder;
import kat.client.Transport;
import kat.csi.Plugins;
import kat.kubelet.plugins.PluginHandler;
import kat.kubelet.spec.ObjectSource;
import kat.kubelet.volumes.DriverVolumes;
import kat.kubelet.volumes.KubeletFolder;
import kat.kubelet.volumes.Mounts;
import kat.kubelet.volumes.Tokens;
import kat.kubelet.volumes.VolumeGrowth;

/// The drivers of storage of a node: taken in as they come, told to the API, and used for the
/// volumes of pods.
///
/// **Threads:** any; [#start] once.
public final class NodeDrivers implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.kubelet.csi");

    private final CsiPaths paths;
    private final DriverNode node;
    private final StorageHandler handler;
    private final CsiVolumes volumes;
    private final Drivers drivers;

    /// What is needed of the API.
    public record Api(
            Transport transport,
            ObjectSource objects,
            Tokens tokens,
            EventRecorder events,
            Ticker ticker) {}

    /// @param root the kubelet's folder, absolute
    public NodeDrivers(Path root, String nodeName, Plugins plugins, Mounts mounts, Api api) {
        this.paths = new CsiPaths(root);
        this.drivers = new Drivers();
        this.node = new DriverNode(api.transport(), nodeName);
        this.handler = new StorageHandler(plugins, drivers, node, new KubeletFolder(root));
        this.volumes =
                new CsiVolumes(
                        paths,
                        mounts,
                        drivers,
                        new CsiFacts(api.objects(), api.tokens(), nodeName),
                        new CsiReports(api.transport(), nodeName),
                        new VolumeGrowth(api.transport(), api.events(), api.ticker(), nodeName));
    }

    /// Takes in drivers of storage.
    public PluginHandler handler() {
        return handler;
    }

    public DriverVolumes volumes() {
        return volumes;
    }

    /// To be called before the first driver is taken in. The Node must be there.
    ///
    /// @throws IOException when the folders cannot be made or read
    public void start() throws IOException {
        Files.createDirectories(paths.plugins());
        volumes.resume();
        Thread unused = Thread.ofVirtual().name("csi node").start(this::ensureCsiNode);
    }

    private void ensureCsiNode() {
        try {
            var _ = node.ensure();
        } catch (StatusException e) {
            LOG.log(Level.WARNING, "CSINode not made error={0}", e.getMessage());
        }
    }

    /// Gives up what is ready on the node and belongs to no pod.
    ///
    /// @throws IOException when a driver is not there
    public void removeUnused() throws IOException {
        volumes.removeUnused();
    }

    @Override
    public void close() {
        drivers.close();
    }
}
