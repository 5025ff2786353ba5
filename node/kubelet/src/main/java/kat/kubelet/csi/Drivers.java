package kat.kubelet.csi;

import java.io.IOException;
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

    /// @throws IOException when it is not registered, in the words of Kubernetes
    Driver require(String name) throws IOException {
        Driver driver = find(name);
        if (driver == null) {
            throw new IOException(missing(name));
        }
        return driver;
    }

    /// One that it replaces is closed.
    void put(Driver driver) {
        Driver before = drivers.put(driver.name(), driver);
        if (before != null) {
            before.node().close();
        }
    }

    /// @return false when it is not there any more, though another of its name may be
    boolean remove(Driver driver) {
        boolean present = drivers.remove(driver.name(), driver);
        if (present) {
            driver.node().close();
        }
        return present;
    }

    void close() {
        List.copyOf(drivers.values()).forEach(this::remove);
    }

    /// In the words of Kubernetes.
    static String missing(String name) {
        return "driver name " + name + " not found in the list of registered CSI drivers";
    }
}
