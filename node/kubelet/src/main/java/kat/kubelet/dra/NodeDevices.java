package kat.kubelet.dra;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.device.PodDeviceClaim;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.client.Transport;
import kat.csi.CsiException;
import kat.csi.DevicePlugin;
import kat.csi.DevicePlugin.Claim;
import kat.csi.DevicePlugin.Device;
import kat.csi.DevicePlugin.Prepared;
import kat.csi.Plugins;
import kat.kubelet.plugins.PluginHandler;
import kat.kubelet.volumes.KubeletFolder;

/// The devices that pods of a node claim: made ready by their drivers before a pod begins, and
/// taken back when the last pod that uses a claim has ended.
///
/// **Errors:** [IOException] in the kubelet's words; what failed may be tried again.
///
/// **Threads:** any; calls of drivers block for at most 45 seconds each.
///
/// **Source:** `pkg/kubelet/cm/dra/manager.go`.
public final class NodeDevices implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.kubelet.dra");

    private final Transport transport;
    private final DeviceSlices slices;
    private final DeviceDrivers drivers;
    private final ClaimRecords records;
    private volatile boolean leaves;

    /// @param root the kubelet's folder, absolute
    public NodeDevices(
            Path root, String nodeName, Plugins plugins, Transport transport, Ticker ticker) {
        this.transport = transport;
        this.slices = new DeviceSlices(transport, nodeName, ticker);
        this.drivers = new DeviceDrivers(plugins, new KubeletFolder(root), slices);
        this.records = new ClaimRecords(ClaimFile.in(root));
    }

    /// Takes in drivers of devices.
    public PluginHandler handler() {
        return drivers;
    }

    /// Remembers what a process before has made ready. To be called before the first driver is
    /// taken in.
    ///
    /// @throws IOException when its file is damaged
    public void start() throws IOException {
        records.load();
        slices.deleteAll();
    }

    /// Makes everything ready that a pod claims; harmless when repeated.
    public void prepare(KubeObject pod) throws IOException {
        try {
            prepareAll(pod);
        } catch (IOException e) {
            throw new IOException("prepare dynamic resources: " + e.getMessage(), e);
        }
    }

    private void prepareAll(KubeObject pod) throws IOException {
        List<ClaimRecord> required =
                ClaimChecks.required(
                        pod, key -> transport.get(PodDeviceClaim.KIND, key), drivers::isRegistered);
        List<ClaimRecord> unready = records.begin(pod.uid(), required);
        if (unready.isEmpty()) {
            return;
        }
        Map<ObjectKey, SortedMap<String, List<Device>>> ready = new HashMap<>();
        unready.forEach(each -> ready.put(each.key(), new TreeMap<>()));
        for (var batch : batches(unready).entrySet()) {
            Map<String, Prepared> answer = prepare(batch.getKey(), batch.getValue());
            for (ClaimRecord each : batch.getValue()) {
                Prepared prepared = Objects.requireNonNull(answer.get(each.uid()));
                ready.computeIfAbsent(each.key(), _ -> new TreeMap<>())
                        .put(batch.getKey(), prepared.devices());
            }
        }
        records.ready(ready);
    }

    /// The claims of each driver.
    private static SortedMap<String, List<ClaimRecord>> batches(List<ClaimRecord> claims) {
        SortedMap<String, List<ClaimRecord>> batches = new TreeMap<>();
        for (ClaimRecord claim : claims) {
            for (String driver : claim.devices().keySet()) {
                batches.computeIfAbsent(driver, _ -> new ArrayList<>()).add(claim);
            }
        }
        return batches;
    }

    private static List<Claim> told(List<ClaimRecord> claims) {
        return claims.stream().map(ClaimRecord::claim).toList();
    }

    private Map<String, Prepared> prepare(String driver, List<ClaimRecord> claims)
            throws IOException {
        String method = "NodePrepareResources";
        DevicePlugin plugin = drivers.require(driver);
        Map<String, Prepared> answer;
        try {
            answer = plugin.prepare(told(claims));
        } catch (CsiException e) {
            throw new IOException(method + ": " + e.getMessage(), e);
        }
        Map<String, String> errors = new TreeMap<>();
        answer.forEach((uid, prepared) -> errors.put(uid, prepared.error()));
        requireAll(method, claims, errors);
        return answer;
    }

    private static void requireAll(
            String method, List<ClaimRecord> claims, Map<String, String> errors)
            throws IOException {
        Map<String, String> names = new HashMap<>();
        claims.forEach(each -> names.put(each.uid(), each.key().name()));
        for (var each : errors.entrySet()) {
            String name = names.get(each.getKey());
            if (name == null) {
                throw new IOException(
                        method + " returned result for unknown claim UID " + each.getKey());
            }
            if (!each.getValue().isEmpty()) {
                throw new IOException(
                        method + " failed for ResourceClaim " + name + ": " + each.getValue());
            }
        }
        int skipped = claims.size() - errors.size();
        if (skipped != 0) {
            throw new IOException(method + " skipped " + skipped + " ResourceClaims");
        }
    }

    /// Whether a driver may have made devices ready for a pod that are not taken back yet.
    public boolean areUsedBy(String pod) {
        return records.all().stream().anyMatch(each -> each.pods().contains(pod));
    }

    /// Takes back what a pod claimed, as far as no other uses it; harmless when repeated.
    ///
    /// @throws IOException also after [#leave]
    public void unprepare(KubeObject pod) throws IOException {
        List<ObjectKey> keys =
                records.all().stream()
                        .filter(each -> each.pods().contains(pod.uid()))
                        .map(ClaimRecord::key)
                        .toList();
        try {
            if (leaves) {
                throw new IOException("the node is being left");
            }
            unprepare(pod.uid(), keys);
        } catch (IOException e) {
            throw new IOException("unprepare dynamic resources: " + e.getMessage(), e);
        }
    }

    private void unprepare(String pod, Collection<ObjectKey> keys) throws IOException {
        if (leaves || keys.isEmpty()) {
            return;
        }
        List<ClaimRecord> last = records.leave(pod, keys);
        if (last.isEmpty()) {
            return;
        }
        boolean isDone = false;
        try {
            for (var batch : batches(last).entrySet()) {
                unprepare(batch.getKey(), batch.getValue());
            }
            records.gone(last);
            isDone = true;
        } finally {
            if (!isDone) {
                records.stay(last);
            }
        }
    }

    private void unprepare(String driver, List<ClaimRecord> claims) throws IOException {
        String method = "NodeUnprepareResources";
        DevicePlugin plugin = drivers.require(driver);
        Map<String, String> errors;
        try {
            errors = plugin.unprepare(told(claims));
        } catch (CsiException e) {
            throw new IOException(method + ": " + e.getMessage(), e);
        }
        requireAll(method, claims, errors);
    }

    /// Takes back what pods claimed that are no longer here.
    ///
    /// @param pods uids of those that are
    /// @throws IOException when something could not be taken back; the rest was
    public void removeUnused(Set<String> pods) throws IOException {
        SortedMap<String, List<ObjectKey>> unused = new TreeMap<>();
        for (ClaimRecord each : records.all()) {
            for (String pod : each.pods()) {
                if (!pods.contains(pod)) {
                    unused.computeIfAbsent(pod, _ -> new ArrayList<>()).add(each.key());
                }
            }
        }
        IOException failure = null;
        for (var each : unused.entrySet()) {
            try {
                unprepare(each.getKey(), each.getValue());
            } catch (IOException e) {
                LOG.log(
                        Level.DEBUG,
                        "devices not taken back pod={0} error={1}",
                        each.getKey(),
                        e.getMessage());
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /// By which names the runtime knows the devices of a container.
    ///
    /// @throws IOException when they were not made ready
    public List<String> cdiDevices(KubeObject pod, JsonObject container) throws IOException {
        List<String> devices = new ArrayList<>();
        for (PodDeviceClaim.Use use : PodDeviceClaim.uses(pod, container)) {
            ClaimRecord record = records.find(ObjectKey.of(pod.namespace(), use.claim()));
            if (record == null) {
                throw new IOException(
                        "internal error: unable to get claim info for ResourceClaim "
                                + use.claim()
                                + " in namespace "
                                + pod.namespace());
            }
            devices.addAll(record.cdiDevices(use.request()));
        }
        return devices;
    }

    /// From now on nothing is taken back: pods are stopped and begin again, drivers among them.
    public void leave() {
        leaves = true;
    }

    @Override
    public void close() {
        drivers.close();
    }
}
