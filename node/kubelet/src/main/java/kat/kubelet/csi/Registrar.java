package kat.kubelet.csi;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import kat.api.StatusException;
import kat.csi.CsiException;
import kat.csi.PluginInfo;
import kat.csi.Plugins;
import kat.kubelet.volumes.KubeletFolder;
import org.jspecify.annotations.Nullable;

/// Takes drivers in and lets them go.
///
/// **Threads:** one at a time.
///
/// **Source:** `pkg/kubelet/pluginmanager/operationexecutor/operation_generator.go`,
/// `pkg/volume/csi/csi_plugin.go`.
final class Registrar {

    private static final Logger LOG = System.getLogger("kat.kubelet.csi");
    private static final String FAILED = "RegisterPlugin error -- ";

    private final Plugins plugins;
    private final Drivers drivers;
    private final DriverNode node;
    private final KubeletFolder folder;

    Registrar(Plugins plugins, Drivers drivers, DriverNode node, KubeletFolder folder) {
        this.plugins = plugins;
        this.drivers = drivers;
        this.node = node;
        this.folder = folder;
    }

    /// Asks who is behind a socket, takes it in, and tells it so, or why not.
    ///
    /// @return null when it is not registered and is to be asked again
    @Nullable Driver register(Path socket) {
        try {
            PluginInfo info = plugins.info(socket);
            String refusal = validate(info, socket);
            Driver driver = null;
            if (refusal.isEmpty()) {
                driver = connect(info, socket);
                refusal = install(driver);
            }
            tell(socket, refusal);
            if (refusal.isEmpty()) {
                LOG.log(Level.INFO, "storage driver registered driver={0}", info.name());
                return driver;
            }
            LOG.log(Level.WARNING, "plug-in refused socket={0} error={1}", socket, refusal);
        } catch (InvalidPathException e) {
            notRegistered(socket, e.getReason());
        } catch (CsiException | StatusException e) {
            notRegistered(socket, String.valueOf(e.getMessage()));
        }
        return null;
    }

    private static void notRegistered(Path socket, String reason) {
        LOG.log(Level.WARNING, "plug-in not registered socket={0} error={1}", socket, reason);
    }

    /// What was decided holds though the plug-in does not hear it.
    private void tell(Path socket, String refusal) {
        try {
            plugins.notify(socket, refusal.isEmpty(), refusal);
        } catch (CsiException e) {
            LOG.log(
                    Level.WARNING,
                    "plug-in not told of its registration socket={0} error={1}",
                    socket,
                    e.getMessage());
        }
    }

    /// @return why not; empty when it may be installed
    private String validate(PluginInfo info, Path socket) {
        if (!info.type().equals(PluginInfo.STORAGE)) {
            return FAILED
                    + "no handler registered for plugin type: "
                    + info.type()
                    + " at socket "
                    + folder.known(socket);
        }
        String about = "ValidatePlugin for CSI driver \"" + info.name() + "\" failed. ";
        String reason = "";
        Versions.Version version = Versions.highest(info.versions());
        Driver present = drivers.find(info.name());
        if (info.versions().isEmpty()) {
            reason = "Plugin returned an empty list for supported versions";
        } else if (version == null) {
            reason = "None of the versions specified " + info.versions() + " are supported";
        } else if (present != null && present.version().compareTo(version) >= 0) {
            reason =
                    "Another driver with the same name is already registered with a higher"
                            + " supported version";
        }
        return reason.isEmpty()
                ? ""
                : FAILED
                        + "plugin validation failed with err: validation failed for CSI Driver "
                        + info.name()
                        + ": kubernetes.io/csi: "
                        + about
                        + reason;
    }

    /// @throws InvalidPathException when it names no path
    private Driver connect(PluginInfo info, Path socket) {
        Path told = info.endpoint().isEmpty() ? socket : Path.of(info.endpoint());
        boolean known = !folder.root().equals(KubeletFolder.KNOWN);
        return new Driver(
                info.name(),
                Objects.requireNonNull(Versions.highest(info.versions())),
                plugins.connect(folder.real(told)),
                folder,
                known && told.startsWith(KubeletFolder.KNOWN));
    }

    /// One of a lower version serves on until this one can.
    ///
    /// @return why not; empty when it is installed
    private String install(Driver driver) {
        String trouble;
        try {
            trouble = node.install(driver.name(), driver.node().info());
        } catch (CsiException | StatusException e) {
            trouble = String.valueOf(e.getMessage());
        }
        if (trouble.isEmpty()) {
            drivers.put(driver);
            return "";
        }
        driver.node().close();
        if (drivers.find(driver.name()) == null) {
            uninstall(driver.name());
        }
        return FAILED + "plugin registration failed with err: " + trouble;
    }

    /// Lets a driver go whose socket is gone.
    ///
    /// @return false when another has taken its place before
    boolean release(Driver driver) {
        boolean present = drivers.remove(driver);
        if (present) {
            uninstall(driver.name());
        }
        return present;
    }

    private void uninstall(String driver) {
        try {
            node.uninstall(driver);
            LOG.log(Level.INFO, "storage driver gone driver={0}", driver);
        } catch (StatusException e) {
            LOG.log(
                    Level.WARNING,
                    "storage driver not removed from the api driver={0} error={1}",
                    driver,
                    e.getMessage());
        }
    }
}
