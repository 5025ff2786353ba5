package kat.kubelet.dra;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.base.Ticker;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.Transport;

/// Deletes the ResourceSlices of drivers that are away, which those make anew when they are
/// back. A deletion that fails is tried again, ever more seldom.
///
/// **Threads:** any.
///
/// **Source:** `wipeResourceSlices` in `pkg/kubelet/cm/dra/plugin/dra_plugin_manager.go`.
final class DeviceSlices implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.kubelet.dra");
    private static final Kind SLICE =
            Kinds.builtIn().require("resource.k8s.io/v1", "ResourceSlice");

    /// Enough for a driver's pod to be replaced.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 8;

    private static final String ALL = "";

    private final Transport transport;
    private final String nodeName;
    private final Ticker ticker;
    private final Map<String, Deletion> deletions = new HashMap<>(); // guarded by this
    private boolean closed; // guarded by this

    DeviceSlices(Transport transport, String nodeName, Ticker ticker) {
        this.transport = transport;
        this.nodeName = nodeName;
        this.ticker = ticker;
    }

    /// One that is to come, or under way. Its driver may come back meanwhile.
    private static final class Deletion {
        private Ticker.Scheduled next = () -> false; // guarded by the slices
    }

    /// Deletes those of all drivers of the node, as when a kubelet begins: none is there yet.
    void deleteAll() {
        begin(ALL, Duration.ZERO);
    }

    /// Deletes those of a driver in a while, unless it is back by then.
    void deleteLater(String driver) {
        begin(driver, PATIENCE);
    }

    /// The driver is there.
    synchronized void keep(String driver) {
        Deletion pending = deletions.remove(driver);
        if (pending != null) {
            var _ = pending.next.cancel();
        }
    }

    private synchronized void begin(String driver, Duration delay) {
        if (!closed && !deletions.containsKey(driver)) {
            Deletion deletion = new Deletion();
            deletions.put(driver, deletion);
            schedule(driver, deletion, delay, 0);
        }
    }

    private synchronized void schedule(
            String driver, Deletion deletion, Duration delay, int failures) {
        if (closed || deletions.get(driver) != deletion) {
            return;
        }
        if (delay.isZero()) {
            launch(driver, deletion, failures);
        } else {
            deletion.next = ticker.schedule(delay, () -> launch(driver, deletion, failures));
        }
    }

    private void launch(String driver, Deletion deletion, int failures) {
        Thread unused =
                Thread.ofVirtual()
                        .name("delete slices " + driver)
                        .start(() -> run(driver, deletion, failures));
    }

    private void run(String driver, Deletion deletion, int failures) {
        try {
            delete(driver);
            synchronized (this) {
                deletions.remove(driver, deletion);
            }
        } catch (StatusException e) {
            LOG.log(
                    Level.WARNING,
                    "slices not deleted driver={0} error={1}",
                    driver,
                    e.getMessage());
            Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
            schedule(driver, deletion, delay, failures + 1);
        }
    }

    private void delete(String driver) {
        String fields =
                "spec.nodeName=" + nodeName + (driver.equals(ALL) ? "" : ",spec.driver=" + driver);
        for (KubeObject slice :
                transport.list(SLICE, new ListQuery("", "", fields, 0, "")).items()) {
            boolean isMeant =
                    slice.spec().string("nodeName").equals(nodeName)
                            && (driver.equals(ALL) || slice.spec().string("driver").equals(driver));
            if (!isMeant) {
                continue;
            }
            try {
                transport.delete(SLICE, slice.key(), DeleteOptions.of(slice.uid()));
            } catch (StatusException e) {
                if (!e.is("NotFound") && !e.is("Conflict")) {
                    throw e;
                }
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        deletions.values().forEach(each -> each.next.cancel());
        deletions.clear();
    }
}
