package kat.kubelet.csi;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The drivers that are registered now.
///
/// **Threads:** any.
final class Drivers {

    private final Map<String, Driver> drivers = new ConcurrentHashMap<>();

    @Nullable Driver find(String name) {
        return drivers.get(name);
    }

    void put(Driver driver) {
        drivers.put(driver.name(), driver);
    }

    void remove(String name) {
        Driver gone = drivers.remove(name);
        if (gone != null) {
            gone.node().close();
        }
    }

    void close() {
        List.copyOf(drivers.keySet()).forEach(this::remove);
    }

    /// In the words of Kubernetes.
    static String missing(String name) {
        return "driver name " + name + " not found in the list of registered CSI drivers";
    }
}
