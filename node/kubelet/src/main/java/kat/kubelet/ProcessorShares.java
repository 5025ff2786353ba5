package kat.kubelet;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import kat.api.KubeObject;
import kat.api.ObjectKey;

/// Keeps the parts of the processors that classes of pods have by what the node's pods ask for:
/// from time to time, and before a pod begins, which else would run with the shares of before.
///
/// **Threads:** any; one at a time writes, so that an older look does not undo a newer one.
///
/// **Source:** `UpdateCgroups` in `pkg/kubelet/cm/qos_container_manager_linux.go`.
final class ProcessorShares {

    private static final Logger LOG = System.getLogger("kat.kubelet");

    private final PodCgroups groups;
    private final String nodeName;
    private final Supplier<? extends Collection<KubeObject>> pods;

    /// @param pods of all nodes, as far as they are known
    ProcessorShares(
            PodCgroups groups, String nodeName, Supplier<? extends Collection<KubeObject>> pods) {
        this.groups = groups;
        this.nodeName = nodeName;
        this.pods = pods;
    }

    /// Makes the group of a pod in which nothing runs yet, and counts the pod among those of its
    /// class.
    ///
    /// @throws IOException when the pod's own group cannot be made
    void begin(KubeObject pod) throws IOException {
        groups.create(pod);
        share(Map.of(pod.key(), pod));
    }

    /// That it fails is logged: the next time comes.
    void renew() {
        share(Map.of());
    }

    private synchronized void share(Map<ObjectKey, KubeObject> begun) {
        try {
            // By key: a static pod and its mirror are one.
            Map<ObjectKey, KubeObject> here = new LinkedHashMap<>(begun);
            for (KubeObject pod : pods.get()) {
                boolean ended = PodStatusReport.isTerminal(pod.status().string("phase"));
                if (!ended && pod.spec().string("nodeName").equals(nodeName)) {
                    here.putIfAbsent(pod.key(), pod);
                }
            }
            groups.share(here.values());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "processors not shared error={0}", e.getMessage());
        } catch (RuntimeException e) {
            // A fault of ours, which must not keep pods from running nor the node from its lease.
            LOG.log(Level.ERROR, "sharing of processors broke", e);
        }
    }
}
