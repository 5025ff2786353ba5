package kat.kubelet.dra;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kat.csi.DevicePlugin;
import kat.csi.PluginInfo;
import kat.csi.Plugins;
import kat.kubelet.plugins.PluginHandler;
import kat.kubelet.plugins.Registered;
import kat.kubelet.plugins.RegistrationFault;
import kat.kubelet.volumes.KubeletFolder;
import org.jspecify.annotations.Nullable;

/// The drivers of devices that are registered now. One driver may be there several times, as
/// while it is replaced: the newest that is connected is asked.
///
/// **Threads:** any.
///
/// **Source:** `pkg/kubelet/cm/dra/plugin/dra_plugin_manager.go`.
final class DeviceDrivers implements PluginHandler, AutoCloseable {

    private final Plugins plugins;
    private final KubeletFolder folder;
    private final DeviceSlices slices;
    private final Map<String, List<Instance>> instances = new HashMap<>(); // guarded by this

    DeviceDrivers(Plugins plugins, KubeletFolder folder, DeviceSlices slices) {
        this.plugins = plugins;
        this.folder = folder;
        this.slices = slices;
    }

    private static final class Instance {

        final String driver;
        final Path endpoint;
        boolean connected; // guarded by the drivers
        @Nullable DevicePlugin plugin; // guarded by the drivers

        Instance(String driver, Path endpoint) {
            this.driver = driver;
            this.endpoint = endpoint;
        }
    }

    @Override
    public Registered register(PluginInfo info, Path endpoint) throws RegistrationFault {
        DevicePlugin.Service service = service(info, endpoint);
        Instance instance = new Instance(info.name(), endpoint);
        begin(instance);
        DevicePlugin plugin;
        try {
            plugin =
                    plugins.connectDevices(
                            folder.real(endpoint),
                            service,
                            connected -> changed(instance, connected));
        } catch (RuntimeException e) {
            end(instance);
            throw e;
        }
        synchronized (this) {
            instance.plugin = plugin;
        }
        return new Registered(
                PluginInfo.DEVICES + "/" + info.name(),
                () -> {
                    end(instance);
                    return false;
                });
    }

    private static DevicePlugin.Service service(PluginInfo info, Path endpoint)
            throws RegistrationFault {
        for (String each : info.versions()) {
            for (DevicePlugin.Service service : DevicePlugin.Service.values()) {
                if (service.text().equals(each)) {
                    return service;
                }
            }
        }
        List<String> known =
                Arrays.stream(DevicePlugin.Service.values())
                        .map(DevicePlugin.Service::text)
                        .toList();
        String why =
                info.versions().isEmpty()
                        ? "empty list of supported gRPC services (aka supported versions)"
                        : "none of services supported by the plugin ("
                                + quoted(info.versions())
                                + ") are supported by the kubelet ("
                                + quoted(known)
                                + ")";
        throw RegistrationFault.invalid(
                "invalid supported gRPC versions of DRA driver plugin "
                        + info.name()
                        + " at endpoint "
                        + endpoint
                        + ": "
                        + why);
    }

    private static String quoted(List<String> texts) {
        return texts.stream()
                .map(text -> "\"" + text + "\"")
                .collect(Collectors.joining(" ", "[", "]"));
    }

    private synchronized void begin(Instance instance) throws RegistrationFault {
        List<Instance> all = instances.computeIfAbsent(instance.driver, _ -> new ArrayList<>());
        if (all.stream().anyMatch(each -> each.endpoint.equals(instance.endpoint))) {
            throw RegistrationFault.failed(
                    "endpoint "
                            + instance.endpoint
                            + " already registered for DRA driver plugin "
                            + instance.driver);
        }
        all.add(instance);
        follow(instance.driver);
    }

    private synchronized void changed(Instance instance, boolean connected) {
        if (instances.getOrDefault(instance.driver, List.of()).contains(instance)) {
            instance.connected = connected;
            follow(instance.driver);
        }
    }

    private void end(Instance instance) {
        DevicePlugin plugin;
        synchronized (this) {
            plugin = instance.plugin;
            List<Instance> all = instances.getOrDefault(instance.driver, List.of());
            if (!all.remove(instance)) {
                return;
            }
            if (all.isEmpty()) {
                instances.remove(instance.driver);
            }
            follow(instance.driver);
        }
        if (plugin != null) {
            plugin.close();
        }
    }

    /// Slices of a driver that is away too long are deleted: pods must not come for them.
    private synchronized void follow(String driver) {
        boolean usable =
                instances.getOrDefault(driver, List.of()).stream().anyMatch(each -> each.connected);
        if (usable) {
            slices.keep(driver);
        } else {
            slices.deleteLater(driver);
        }
    }

    synchronized boolean isRegistered(String driver) {
        return instances.containsKey(driver);
    }

    /// @throws IOException when it is not registered, in the words of Kubernetes
    synchronized DevicePlugin require(String driver) throws IOException {
        DevicePlugin found = null;
        boolean isConnected = false;
        for (Instance each : instances.getOrDefault(driver, List.of())) {
            if (each.plugin != null && (each.connected || !isConnected)) {
                found = each.plugin;
                isConnected = each.connected;
            }
        }
        if (found == null) {
            throw new IOException(missing(driver));
        }
        return found;
    }

    /// In the words of Kubernetes.
    static String missing(String driver) {
        return driver.isEmpty()
                ? "DRA driver name is empty"
                : "DRA driver " + driver + " is not registered";
    }

    @Override
    public void close() {
        List<Instance> all;
        synchronized (this) {
            all = instances.values().stream().flatMap(List::stream).toList();
        }
        slices.close();
        all.forEach(this::end);
    }
}
