package kat.kubelet.csi;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;

/// Tells the API what becomes of volumes: which attached ones are in use on this node, so that none
/// is detached that a driver still has, and which have grown.
///
/// **Threads:** any.
///
/// **Source:** `status.volumesInUse` of the Node; `pkg/kubelet/volumemanager`.
final class CsiReports {

    private static final String PREFIX = "kubernetes.io/csi/";

    private static final Set<String> OF_GROWTH =
            Set.of("FileSystemResizePending", "Resizing", "NodeResizeError");

    private final Transport transport;
    private final ObjectKey node;
    private final SortedSet<String> volumes = new TreeSet<>(); // guarded by this

    CsiReports(Transport transport, String nodeName) {
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

    /// The files of a claim's volume have the size now that the volume has.
    ///
    /// **Source:** `MarkFSResizeFinished` in `pkg/volume/util/resize_util.go`.
    ///
    /// @throws kat.api.StatusException when the API does not take it
    void grown(KubeObject claim, String size) {
        List<Json> conditions = new ArrayList<>();
        for (JsonObject each : claim.status().array("conditions").objects()) {
            if (!OF_GROWTH.contains(each.string("type"))) {
                conditions.add(each);
            }
        }
        JsonObject status =
                JsonObject.EMPTY
                        .withAt(Json.of(size), "capacity", "storage")
                        .withAt(JsonNull.NULL, "allocatedResourceStatuses", "storage")
                        .with("conditions", new JsonArray(conditions));
        transport.patch(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                claim.key(),
                Patch.merge(JsonObject.of("status", status)),
                WriteOptions.by("kubelet").on("status"));
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
