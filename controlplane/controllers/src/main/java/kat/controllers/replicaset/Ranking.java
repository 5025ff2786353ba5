package kat.controllers.replicaset;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.client.ClusterView;
import kat.client.Index;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// The order in which surplus pods go: those without a node first, then those that are pending, not
/// ready, cheaper to delete, on nodes with more of their kind, ready for a shorter time (by orders
/// of magnitude), restarted more often, younger.
///
/// **Source:** kube-controller-manager `controller_utils.go`, `ActivePodsWithRanks`.
final class Ranking {

    private static final String COST = "controller.kubernetes.io/pod-deletion-cost";

    private final List<KubeObject> ordered;

    private Ranking(List<KubeObject> ordered) {
        this.ordered = ordered;
    }

    static Ranking of(ClusterView view, KubeObject set, List<KubeObject> pods, Instant now) {
        Map<String, Integer> neighbours = neighbours(view, set, pods);
        List<KubeObject> ordered = new ArrayList<>(pods);
        ordered.sort(
                Comparator.<KubeObject>comparingInt(pod -> Pods.node(pod).isEmpty() ? 0 : 1)
                        .thenComparingInt(Ranking::phase)
                        .thenComparingInt(pod -> Pods.isReady(pod) ? 1 : 0)
                        .thenComparingLong(Ranking::cost)
                        .thenComparingInt(pod -> -neighbours.getOrDefault(Pods.node(pod), 0))
                        .thenComparingInt(pod -> magnitude(Pods.readySince(pod), now))
                        .thenComparingLong(pod -> -Pods.restarts(pod))
                        .thenComparingInt(pod -> magnitude(pod.creationTimestamp(), now))
                        .thenComparing(KubeObject::name));
        return new Ranking(ordered);
    }

    List<KubeObject> first(int count) {
        return ordered.subList(0, Math.min(count, ordered.size()));
    }

    /// How many pods of the set's siblings, itself included, are on each node.
    private static Map<String, Integer> neighbours(
            ClusterView view, KubeObject set, List<KubeObject> pods) {
        Map<String, Integer> counts = new HashMap<>();
        for (KubeObject pod : pods) {
            counts.merge(Pods.node(pod), 1, Integer::sum);
        }
        OwnerReference owner = set.controller();
        if (owner == null || !set.kind().equals("ReplicaSet")) {
            return counts;
        }
        for (KubeObject sibling : view.list(Kinds.REPLICA_SET, set.namespace())) {
            OwnerReference theirs = sibling.controller();
            boolean related = theirs != null && theirs.uid().equals(owner.uid());
            if (related && !sibling.uid().equals(set.uid())) {
                for (KubeObject pod : view.indexed(Kinds.POD, Index.BY_CONTROLLER, sibling.uid())) {
                    if (Pods.isActive(pod)) {
                        counts.merge(Pods.node(pod), 1, Integer::sum);
                    }
                }
            }
        }
        return counts;
    }

    private static int phase(KubeObject pod) {
        return switch (Pods.phase(pod)) {
            case "Pending" -> 0;
            case "Unknown" -> 1;
            case "Running" -> 2;
            default -> 0;
        };
    }

    private static long cost(KubeObject pod) {
        try {
            String text = pod.annotation(COST);
            return text.isEmpty() ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException ignoredAsUpstreamDoes) {
            return 0;
        }
    }

    /// Ages are compared by their power of two, so that pods of one roll-out count as alike.
    private static int magnitude(@Nullable Instant since, Instant now) {
        if (since == null) {
            return -1;
        }
        long seconds = Math.max(0, Duration.between(since, now).toSeconds());
        return 64 - Long.numberOfLeadingZeros(seconds);
    }
}
