package kat.kubelet.csi;

import java.util.SortedSet;
import java.util.TreeSet;
import kat.api.Kinds;
import kat.api.ObjectKey;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;

/// Tells the API which attached volumes are in use on this node, so that none is detached that a
/// driver still has.
///
/// **Threads:** any.
///
/// **Source:** `status.volumesInUse` of the Node; `pkg/kubelet/volumemanager`.
final class VolumesInUse {

    private static final String PREFIX = "kubernetes.io/csi/";

    private final Transport transport;
    private final ObjectKey node;
    private final SortedSet<String> volumes = new TreeSet<>(); // guarded by this

    VolumesInUse(Transport transport, String nodeName) {
        this.transport = transport;
        this.node = ObjectKey.of("", nodeName);
    }

    /// The API knows when this returns.
    ///
    /// @throws kat.api.StatusException when it does not take it
    void add(String identity) {
        if (change(identity, true)) {
            write();
        }
    }

    void remove(String identity) {
        if (change(identity, false)) {
            write();
        }
    }

    private synchronized boolean change(String identity, boolean used) {
        return used ? volumes.add(PREFIX + identity) : volumes.remove(PREFIX + identity);
    }

    private synchronized JsonArray list() {
        return JsonArray.ofStrings(volumes);
    }

    private void write() {
        JsonObject status = JsonObject.EMPTY.withAt(list(), "status", "volumesInUse");
        transport.patch(
                Kinds.NODE, node, Patch.merge(status), WriteOptions.by("kubelet").on("status"));
    }
}
