package kat.controllers.node;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Index;
import kat.client.Plan;
import kat.controllers.workload.Disruption;
import kat.controllers.workload.Taints;
import org.jspecify.annotations.Nullable;

/// Deletes pods from nodes with a `NoExecute` taint that they do not tolerate, or no longer.
///
/// How long a pod may stay is counted from when the taint was set, or from the pod's creation if
/// that is later.
///
/// **Source:** kube-controller-manager `tainteviction/taint_eviction.go`.
public final class TaintEviction implements Controller {

    @Override
    public String name() {
        return "taint-eviction-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                new Watched(Kinds.POD, List.of(Index.BY_NODE), TaintEviction::onTaintedNode),
                new Watched(Kinds.NODE, List.of(), TaintEviction::podsOf));
    }

    private static List<ObjectKey> onTaintedNode(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        return after != null && !taints(view, after).isEmpty() ? List.of(after.key()) : List.of();
    }

    private static Collection<ObjectKey> podsOf(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        if (after == null || noExecute(after).isEmpty()) {
            return List.of();
        }
        if (before != null && noExecute(before).equals(noExecute(after))) {
            return List.of();
        }
        List<ObjectKey> keys = new ArrayList<>();
        for (KubeObject pod : view.indexed(Kinds.POD, Index.BY_NODE, after.name())) {
            keys.add(pod.key());
        }
        return keys;
    }

    private static List<JsonObject> taints(ClusterView view, KubeObject pod) {
        String name = pod.spec().string("nodeName");
        KubeObject node = name.isEmpty() ? null : view.get(Kinds.NODE, ObjectKey.of("", name));
        return node == null ? List.of() : noExecute(node);
    }

    private static List<JsonObject> noExecute(KubeObject node) {
        List<JsonObject> found = new ArrayList<>();
        for (JsonObject taint : node.spec().array("taints").objects()) {
            if (taint.string("effect").equals("NoExecute")) {
                found.add(taint);
            }
        }
        return found;
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject pod = view.get(Kinds.POD, key);
        if (pod == null || pod.isDeleting()) {
            return Plan.NOTHING;
        }
        Instant since = pod.creationTimestamp() == null ? now : pod.creationTimestamp();
        Duration stay = null;
        for (JsonObject taint : taints(view, pod)) {
            List<JsonObject> tolerations = tolerations(pod, taint);
            if (tolerations.isEmpty()) {
                return evict(pod, now);
            }
            Instant added = NodeTaints.added(taint);
            since = added != null && added.isAfter(since) ? added : since;
            stay = shorter(stay, tolerations);
        }
        if (stay == null) {
            return Plan.NOTHING;
        }
        Duration left = Duration.between(now, since.plus(stay));
        return left.isPositive() ? Plan.after(left) : evict(pod, now);
    }

    private static @Nullable Duration shorter(
            @Nullable Duration stay, List<JsonObject> tolerations) {
        Duration shortest = stay;
        for (JsonObject toleration : tolerations) {
            if (toleration.has("tolerationSeconds")) {
                Duration each =
                        Duration.ofSeconds(Math.max(0, toleration.integer("tolerationSeconds", 0)));
                shortest = shortest == null || each.compareTo(shortest) < 0 ? each : shortest;
            }
        }
        return shortest;
    }

    private static List<JsonObject> tolerations(KubeObject pod, JsonObject taint) {
        List<JsonObject> found = new ArrayList<>();
        for (JsonObject toleration : pod.spec().array("tolerations").objects()) {
            if (Taints.tolerates(toleration, taint)) {
                found.add(toleration);
            }
        }
        return found;
    }

    private static Plan evict(KubeObject pod, Instant now) {
        Change.Emit told =
                Change.Emit.normal(
                        pod, "TaintManagerEviction", "Marking for deletion Pod " + pod.key());
        return Plan.of(
                told,
                Disruption.mark(
                        pod,
                        "DeletionByTaintManager",
                        "Taint manager: deleting due to NoExecute taint",
                        now),
                new Change.Delete(Kinds.POD, pod.key(), DeleteOptions.of(pod.uid())));
    }
}
