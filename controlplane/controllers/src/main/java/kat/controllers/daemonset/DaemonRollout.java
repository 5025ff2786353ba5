package kat.controllers.daemonset;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.controllers.workload.Pods;
import kat.controllers.workload.Share;
import org.jspecify.annotations.Nullable;

/// Which pods of an older template go now, and which nodes get a new one beside the old.
///
/// With a surge a node's old pod stays until the new one is available there; without, at most
/// `maxUnavailable` nodes are without an available pod.
///
/// **Source:** kube-controller-manager `daemon/update.go`.
final class DaemonRollout {

    final SequencedSet<KubeObject> leaving = new LinkedHashSet<>();
    final List<String> nodes = new ArrayList<>();
    private final KubeObject set;
    private final String hash;
    private final Instant now;
    private final long minReady;

    /// The pods of a node that are not on their way out; null where there is no such one.
    ///
    /// @param isClear whether there is at most one of each kind
    private record Pair(@Nullable KubeObject fresh, @Nullable KubeObject old, boolean isClear) {}

    DaemonRollout(KubeObject set, String hash, Instant now) {
        this.set = set;
        this.hash = hash;
        this.now = now;
        this.minReady = set.spec().integer("minReadySeconds", 0);
    }

    static JsonObject rolling(KubeObject set) {
        return set.spec().object("updateStrategy").object("rollingUpdate");
    }

    /// Whether a node may have a pod of either template for a while.
    static boolean maySurge(KubeObject set) {
        return Share.of(rolling(set).get("maxSurge"), 1, true, 0) > 0;
    }

    /// @param fits nodes on which a pod should run
    void decide(SequencedMap<String, List<KubeObject>> byNode, List<String> fits) {
        JsonObject rolling = rolling(set);
        long surge = Share.of(rolling.get("maxSurge"), fits.size(), true, 0);
        long unavailable = Share.of(rolling.get("maxUnavailable"), fits.size(), true, 1);
        if (surge > 0) {
            surge(byNode, fits, surge);
        } else {
            replace(byNode, Math.max(1, unavailable));
        }
    }

    private Pair pair(List<KubeObject> pods) {
        KubeObject fresh = null;
        KubeObject old = null;
        for (KubeObject pod : pods) {
            if (pod.isDeleting()) {
                continue;
            }
            if (DaemonPods.isUpdated(set, pod, hash)) {
                if (fresh != null) {
                    return new Pair(null, null, false);
                }
                fresh = pod;
            } else if (old != null) {
                return new Pair(null, null, false);
            } else {
                old = pod;
            }
        }
        return new Pair(fresh, old, true);
    }

    private boolean isAvailable(KubeObject pod) {
        return Pods.isAvailable(pod, minReady, now);
    }

    private void replace(SequencedMap<String, List<KubeObject>> byNode, long most) {
        long unavailable = 0;
        List<KubeObject> candidates = new ArrayList<>();
        for (List<KubeObject> pods : byNode.values()) {
            Pair pair = pair(pods);
            KubeObject fresh = pair.fresh();
            KubeObject old = pair.old();
            if (!pair.isClear() || (fresh == null) == (old == null)) {
                unavailable++;
            } else if (fresh != null) {
                unavailable += isAvailable(fresh) ? 0 : 1;
            } else if (old != null && !isAvailable(old)) {
                leaving.add(old);
                unavailable++;
            } else if (old != null) {
                candidates.add(old);
            }
        }
        long left = Math.clamp(most - unavailable, 0, candidates.size());
        leaving.addAll(candidates.subList(0, (int) left));
    }

    private void surge(
            SequencedMap<String, List<KubeObject>> byNode, List<String> fits, long most) {
        long surging = 0;
        long available = 0;
        List<String> candidates = new ArrayList<>();
        List<KubeObject> misplaced = new ArrayList<>();
        for (var entry : byNode.entrySet()) {
            Pair pair = pair(entry.getValue());
            KubeObject fresh = pair.fresh();
            KubeObject old = pair.old();
            KubeObject serving = old != null ? old : fresh;
            available += serving != null && isAvailable(serving) ? 1 : 0;
            if (!pair.isClear()) {
                surging++;
            } else if (old != null && fresh != null) {
                if (isAvailable(fresh)) {
                    leaving.add(old);
                } else {
                    surging++;
                }
            } else if (old != null && !fits.contains(entry.getKey())) {
                (isAvailable(old) ? misplaced : leaving).add(old);
            } else if (old != null && !isAvailable(old)) {
                nodes.add(entry.getKey());
            } else if (old != null) {
                candidates.add(entry.getKey());
            }
        }
        // Available pods where none should run go only once as many are available elsewhere.
        long spare = Math.clamp(available - fits.size(), 0, misplaced.size());
        leaving.addAll(misplaced.subList(0, (int) spare));
        long left = Math.clamp(most - surging, 0, candidates.size());
        nodes.addAll(candidates.subList(0, (int) left));
    }
}
