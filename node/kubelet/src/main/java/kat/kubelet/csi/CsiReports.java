package kat.kubelet.csi;

import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import kat.api.Kinds;
import kat.api.ObjectKey;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;

/// Tells the API what becomes of volumes: which attached ones are in use on this node, so that none
/// is detached that a driver still has.
///
/// **Threads:** any.
///
/// **Source:** `status.volumesInUse` of the Node; `pkg/kubelet/volumemanager`.
final class CsiReports {

    private static final String PREFIX = "kubernetes.io/csi/";

    private final Transport transport;
    private final ObjectKey node;
    private final SortedSet<String> volumes = new TreeSet<>(); // guarded by this
    private boolean isUntold; // guarded by this

    CsiReports(Transport transport, String nodeName) {
        this.transport = transport;
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
}
