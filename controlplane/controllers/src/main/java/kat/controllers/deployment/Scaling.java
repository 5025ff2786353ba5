package kat.controllers.deployment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.client.Change;
import org.jspecify.annotations.Nullable;

/// How large each ReplicaSet of a deployment is to be.
///
/// **Source:** kube-controller-manager `deployment/sync.go`, `deployment/rolling.go`.
final class Scaling {

    private final Rollout rollout;
    private final List<Change> changes = new ArrayList<>();

    Scaling(Rollout rollout) {
        this.rollout = rollout;
    }

    List<Change> changes() {
        return changes;
    }

    /// Sizes a set and tells so; nothing when it has that size.
    ///
    /// @return whether its size changes
    boolean scale(KubeObject set, long size) {
        long before = Rollout.replicas(set);
        KubeObject sized =
                Revisions.size(set, rollout).withSpec(spec -> spec.with("replicas", size));
        if (sized.equals(set)) {
            return false;
        }
        changes.add(Change.Update.object(Kinds.REPLICA_SET, sized));
        if (size != before) {
            changes.add(scaled(rollout.deployment(), set.name(), before, size));
        }
        return size != before;
    }

    static Change scaled(KubeObject deployment, String set, long from, long to) {
        return Change.Emit.normal(
                deployment,
                "ScalingReplicaSet",
                "Scaled "
                        + (to > from ? "up" : "down")
                        + " replica set "
                        + set
                        + " from "
                        + from
                        + " to "
                        + to);
    }

    /// Makes the new set as large as it may be.
    boolean growNew() {
        KubeObject set = rollout.newSet();
        if (set == null || Rollout.replicas(set) == rollout.wanted()) {
            return false;
        }
        long size =
                Rollout.replicas(set) > rollout.wanted() ? rollout.wanted() : rollout.newSetSize();
        return scale(set, size);
    }

    /// Takes pods off the old sets as far as enough stay available: first such as are unavailable
    /// anyway, then others.
    void shrinkOld() {
        KubeObject newSet = rollout.newSet();
        long newUnavailable =
                newSet == null
                        ? 0
                        : Rollout.replicas(newSet) - Rollout.counted(newSet, "availableReplicas");
        long room = rollout.total() - rollout.minAvailable() - newUnavailable;
        if (room <= 0) {
            return;
        }
        Map<String, Long> sizes = new LinkedHashMap<>();
        long freed = 0;
        for (KubeObject set : rollout.oldSets()) {
            long size = Rollout.replicas(set);
            long unavailable = size - Math.min(size, Rollout.counted(set, "availableReplicas"));
            long cut = Math.min(room - freed, unavailable);
            freed += cut;
            sizes.put(set.name(), size - cut);
        }
        long spare = rollout.sum("availableReplicas") - rollout.minAvailable();
        for (KubeObject set : rollout.oldSets()) {
            long size = sizes.getOrDefault(set.name(), 0L);
            long cut = Math.max(0, Math.min(spare, size));
            spare -= cut;
            sizes.put(set.name(), size - cut);
        }
        for (KubeObject set : rollout.oldSets()) {
            scale(set, sizes.getOrDefault(set.name(), 0L));
        }
    }

    void stopOld() {
        for (KubeObject set : rollout.oldSets()) {
            if (Rollout.replicas(set) > 0) {
                scale(set, 0);
            }
        }
    }

    /// Follows a change of the deployment's size: the one active set takes it; several share it by
    /// their sizes, so that a roll-out that is under way keeps its proportions.
    void follow() {
        List<KubeObject> active = rollout.activeSets();
        if (active.size() <= 1) {
            KubeObject only = active.isEmpty() ? latest() : active.getFirst();
            if (only != null) {
                scale(only, rollout.wanted());
            }
            return;
        }
        KubeObject newSet = rollout.newSet();
        if (newSet != null && isSaturated(newSet)) {
            stopOld();
        } else if (!rollout.recreates()) {
            shareOut(active);
        }
    }

    private @Nullable KubeObject latest() {
        if (rollout.newSet() != null) {
            return rollout.newSet();
        }
        return rollout.oldSets().isEmpty() ? null : rollout.oldSets().getLast();
    }

    private boolean isSaturated(KubeObject set) {
        return Revisions.number(set.annotation(Revisions.DESIRED)) == rollout.wanted()
                && Rollout.replicas(set) == rollout.wanted()
                && Rollout.counted(set, "availableReplicas") == rollout.wanted();
    }

    private void shareOut(List<KubeObject> active) {
        long allowed = rollout.wanted() == 0 ? 0 : rollout.maxReplicas();
        long toAdd = allowed - active.stream().mapToLong(Rollout::replicas).sum();
        boolean grows = toAdd > 0;
        List<KubeObject> bySize = new ArrayList<>(active);
        Comparator<KubeObject> size = Comparator.comparingLong(set -> -Rollout.replicas(set));
        Comparator<KubeObject> age =
                Comparator.comparing(set -> set.metadata().string("creationTimestamp"));
        bySize.sort(size.thenComparing(grows ? age.reversed() : age));
        long added = 0;
        Map<String, Long> sizes = new LinkedHashMap<>();
        for (KubeObject set : bySize) {
            long share = toAdd == 0 ? 0 : share(set, toAdd - added, grows);
            added += share;
            sizes.put(set.name(), Rollout.replicas(set) + share);
        }
        boolean first = true;
        for (KubeObject set : bySize) {
            long rest = first ? toAdd - added : 0;
            first = false;
            scale(set, Math.max(0, sizes.getOrDefault(set.name(), 0L) + rest));
        }
    }

    private long share(KubeObject set, long left, boolean grows) {
        long present = Rollout.replicas(set);
        if (rollout.wanted() == 0) {
            return Math.max(-present, left);
        }
        long before = Revisions.number(set.annotation(Revisions.MAX));
        long base = before > 0 ? before : rollout.deployment().status().integer("replicas", 0);
        long ideal =
                base == 0 ? present : Math.round((double) present * rollout.maxReplicas() / base);
        long share = ideal - present;
        return grows ? Math.min(share, left) : Math.max(share, left);
    }
}
