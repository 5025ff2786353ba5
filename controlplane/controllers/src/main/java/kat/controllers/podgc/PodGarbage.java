package kat.controllers.podgc;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
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
import kat.controllers.workload.Conditions;
import kat.controllers.workload.Disruption;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// Deletes pods that are beyond help.
///
/// | pod | when |
/// |---|---|
/// | bound to a node that does not exist | [#QUARANTINE] after it was bound |
/// | on its way out, never bound | at once |
/// | on its way out on a node that is not ready and marked out of service | at once |
/// | ended | when more than [#MOST_ENDED] have, evicted ones first, then the oldest |
///
/// The key with an empty name stands for the last line; other keys are pods.
///
/// **Source:** kube-controller-manager `podgc/gc_controller.go`.
public final class PodGarbage implements Controller {

    /// `--terminated-pod-gc-threshold`
    static final int MOST_ENDED = 12_500;

    /// For so long after a pod was bound its node may merely not have been seen yet.
    static final Duration QUARANTINE = Duration.ofSeconds(40);

    private static final ObjectKey ENDED = ObjectKey.of("", "");
    private static final Index BY_END =
            new Index("ended", pod -> Pods.hasEnded(pod) ? List.of("yes") : List.of());

    @Override
    public String name() {
        return "pod-garbage-collector";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                new Watched(Kinds.POD, List.of(BY_END, Index.BY_NODE), PodGarbage::concerned),
                new Watched(Kinds.NODE, List.of(), PodGarbage::podsOf));
    }

    private static List<ObjectKey> concerned(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        if (after == null) {
            return List.of();
        }
        List<ObjectKey> keys = new ArrayList<>();
        if (Pods.hasEnded(after) && (before == null || !Pods.hasEnded(before))) {
            keys.add(ENDED);
        }
        String node = Pods.node(after);
        boolean lost = !node.isEmpty() && view.get(Kinds.NODE, ObjectKey.of("", node)) == null;
        if (after.isDeleting() || lost) {
            keys.add(after.key());
        }
        return keys;
    }

    private static List<ObjectKey> podsOf(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject node = after != null ? after : before;
        if (node == null || (after != null && !isOutOfService(after))) {
            return List.of();
        }
        List<ObjectKey> keys = new ArrayList<>();
        for (KubeObject pod : view.indexed(Kinds.POD, Index.BY_NODE, node.name())) {
            keys.add(pod.key());
        }
        return keys;
    }

    private static boolean isOutOfService(KubeObject node) {
        for (JsonObject taint : node.spec().array("taints").objects()) {
            if (taint.string("key").equals("node.kubernetes.io/out-of-service")) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        if (key.equals(ENDED)) {
            return oldest(view);
        }
        KubeObject pod = view.get(Kinds.POD, key);
        if (pod == null) {
            return Plan.NOTHING;
        }
        if (Pods.node(pod).isEmpty()) {
            return pod.isDeleting() ? deletion(pod, Disruption.fail(pod)) : Plan.NOTHING;
        }
        KubeObject node = view.get(Kinds.NODE, ObjectKey.of("", Pods.node(pod)));
        if (node == null) {
            return orphaned(pod, now);
        }
        boolean ready = Pods.isReady(node);
        return pod.isDeleting() && !ready && isOutOfService(node)
                ? deletion(pod, Disruption.fail(pod))
                : Plan.NOTHING;
    }

    private static Plan orphaned(KubeObject pod, Instant now) {
        JsonObject bound = Conditions.find(pod.status().array("conditions"), "PodScheduled");
        String text = bound.string("lastTransitionTime");
        Instant created = pod.creationTimestamp() == null ? now : pod.creationTimestamp();
        Instant since = text.isEmpty() ? created : Instant.parse(text);
        Duration left = Duration.between(now, since.plus(QUARANTINE));
        if (left.isPositive()) {
            return Plan.after(left);
        }
        return deletion(
                pod, Disruption.fail(pod, "DeletionByPodGC", "PodGC: node no longer exists", now));
    }

    private static Plan deletion(KubeObject pod, Change fail) {
        Plan.Builder plan = Plan.builder();
        if (!Pods.hasEnded(pod)) {
            plan.add(fail);
        }
        DeleteOptions now = DeleteOptions.of(pod.uid()).withGrace(0);
        return plan.add(new Change.Delete(Kinds.POD, pod.key(), now)).build();
    }

    /// One that its controller has long replaced, and that tells least.
    private static boolean isEvicted(KubeObject pod) {
        return Pods.phase(pod).equals("Failed") && pod.status().string("reason").equals("Evicted");
    }

    private static Plan oldest(ClusterView view) {
        List<KubeObject> ended = new ArrayList<>(view.indexed(Kinds.POD, BY_END, "yes"));
        int surplus = ended.size() - MOST_ENDED;
        if (surplus <= 0) {
            return Plan.NOTHING;
        }
        ended.sort(
                Comparator.comparing((KubeObject pod) -> !isEvicted(pod))
                        .thenComparing(pod -> pod.metadata().string("creationTimestamp"))
                        .thenComparing(KubeObject::name));
        Plan.Builder plan = Plan.builder();
        for (KubeObject pod : ended.subList(0, surplus)) {
            DeleteOptions now = DeleteOptions.of(pod.uid()).withGrace(0);
            plan.add(new Change.Delete(Kinds.POD, pod.key(), now));
        }
        return plan.build();
    }
}
