package kat.kubelet.csi;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Objects;
import kat.api.StatusException;
import kat.csi.CsiException;
import kat.csi.PluginInfo;
import kat.csi.Plugins;
import kat.kubelet.plugins.PluginHandler;
import kat.kubelet.plugins.Registered;
import kat.kubelet.plugins.RegistrationFault;
import kat.kubelet.volumes.KubeletFolder;

/// Takes drivers of storage in and lets them go.
///
/// **Threads:** one at a time.
///
/// **Source:** `pkg/volume/csi/csi_plugin.go`.
final class StorageHandler implements PluginHandler {

    private static final Logger LOG = System.getLogger("kat.kubelet.csi");

    private final Plugins plugins;
    private final Drivers drivers;
    private final DriverNode node;
    private final KubeletFolder folder;

    StorageHandler(Plugins plugins, Drivers drivers, DriverNode node, KubeletFolder folder) {
        this.plugins = plugins;
        this.drivers = drivers;
        this.node = node;
        this.folder = folder;
    }

    @Override
    public Registered register(PluginInfo info, Path endpoint) throws RegistrationFault {
        validate(info);
        Driver driver = connect(info, endpoint);
        install(driver);
        return new Registered(PluginInfo.STORAGE + "/" + driver.name(), () -> release(driver));
    }

    private void validate(PluginInfo info) throws RegistrationFault {
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
        if (!reason.isEmpty()) {
            throw RegistrationFault.invalid(
                    "validation failed for CSI Driver "
                            + info.name()
                            + ": kubernetes.io/csi: "
                            + about
                            + reason);
        }
    }

    private Driver connect(PluginInfo info, Path told) {
        boolean known = !folder.root().equals(KubeletFolder.KNOWN);
        return new Driver(
                info.name(),
                Objects.requireNonNull(Versions.highest(info.versions())),
                plugins.connect(folder.real(told)),
                folder,
                known && told.startsWith(KubeletFolder.KNOWN));
    }

    /// One of a lower version serves on until this one can.
    private void install(Driver driver) throws RegistrationFault {
        String trouble;
        try {
            trouble = node.install(driver.name(), driver.node().info());
        } catch (CsiException | StatusException e) {
            trouble = String.valueOf(e.getMessage());
        }
        if (trouble.isEmpty()) {
            drivers.put(driver);
            return;
        }
        driver.node().close();
        if (drivers.find(driver.name()) == null) {
            uninstall(driver.name());
        }
        throw RegistrationFault.failed(trouble);
    }

    /// Lets a driver go whose socket is gone.
    ///
    /// @return false when another has taken its place before
    private boolean release(Driver driver) {
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
