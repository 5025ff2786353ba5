package kat.kubelet.csi;

import java.util.ArrayList;
import java.util.Collection;
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
import kat.client.Change;
import kat.client.EventRecorder;
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
    private final EventRecorder events;
    private final ObjectKey node;
    private final SortedSet<String> volumes = new TreeSet<>(); // guarded by this
    private boolean isUntold; // guarded by this

    CsiReports(Transport transport, EventRecorder events, String nodeName) {
        this.transport = transport;
        this.events = events;
        this.node = ObjectKey.of("", nodeName);
    }

    /// Notes what an earlier kubelet left, so that the next write says it too. To be called before
    /// [#add] and [#remove].
    synchronized void resume(Collection<String> identities) {
        identities.forEach(each -> volumes.add(PREFIX + each));
        isUntold = !volumes.isEmpty();
    }

    /// The API knows when this returns.
    ///
    /// @throws kat.api.StatusException when it does not take it; it is told with the next change,
    ///     or when this is called again
    synchronized void add(String identity) {
        isUntold |= volumes.add(PREFIX + identity);
        tell();
    }

    /// As [#add].
    synchronized void remove(String identity) {
        isUntold |= volumes.remove(PREFIX + identity);
        tell();
    }

    /// Called with the lock held: of two lists the later one must reach the API last.
    private void tell() {
        if (isUntold) {
            JsonArray list = JsonArray.ofStrings(volumes);
            JsonObject status = JsonObject.EMPTY.withAt(list, "status", "volumesInUse");
            transport.patch(
                    Kinds.NODE, node, Patch.merge(status), WriteOptions.by("kubelet").on("status"));
            isUntold = false;
        }
    }

    /// The files of a claim's volume have the size now that the volume has.
    ///
    /// **Source:** `MarkFSResizeFinished` in `pkg/volume/util/resize_util.go`; events of
    /// `node_expander.go`.
    ///
    /// @throws kat.api.StatusException when the API does not take it
    void grown(KubeObject pod, KubeObject claim, String volume, String size) {
        String told =
                "MountVolume.NodeExpandVolume succeeded for volume \""
                        + volume
                        + "\" "
                        + node.name();
        events.record(Change.Emit.normal(pod, "FileSystemResizeSuccessful", told));
        events.record(Change.Emit.normal(claim, "FileSystemResizeSuccessful", told));
        tellSize(claim, size);
    }

    /// The files of a claim's volume could not be made as large as the volume is.
    void notGrown(KubeObject pod, String volume, String why) {
        events.record(
                Change.Emit.warning(
                        pod,
                        "VolumeResizeFailed",
                        "NodeExpandVolume.NodeExpandVolume failed for volume \""
                                + volume
                                + "\" : Expander.NodeExpand failed to expand the volume : "
                                + why));
    }

    /// A volume has the size now that it is to have; its driver has nothing to do for it.
    void tellSize(KubeObject claim, String size) {
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
}
