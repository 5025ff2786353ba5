package kat.controllers.statefulset;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.strategy.FeatureGates;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.DeleteOptions;
import kat.controllers.workload.Pods;
import kat.controllers.workload.RevisionHistory;
import kat.controllers.workload.Share;
import org.jspecify.annotations.Nullable;

/// One decision about the pods of a StatefulSet. In the default order each step waits for the
/// pod before it; with `Parallel` none waits.
///
/// **Source:** kube-controller-manager `statefulset/stateful_set_control.go`.
final class StatefulSync {

    private final ClusterView view;
    private final KubeObject set;
    private final KubeObject current;
    private final KubeObject update;
    private final Instant now;
    private final long minReady;
    private final boolean inOrder;
    private final boolean mayReplaceSome;
    private final TreeMap<Integer, KubeObject> replicas = new TreeMap<>();
    private final List<KubeObject> condemned = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();

    StatefulSync(
            ClusterView view,
            KubeObject set,
            KubeObject current,
            KubeObject update,
            FeatureGates gates,
            Instant now) {
        this.view = view;
        this.set = set;
        this.current = current;
        this.update = update;
        this.mayReplaceSome = gates.on().contains(FeatureGates.MAX_UNAVAILABLE_STATEFUL_SET);
        this.now = now;
        this.minReady = set.spec().integer("minReadySeconds", 0);
        this.inOrder = !set.spec().string("podManagementPolicy").equals("Parallel");
    }

    List<Change> decide(List<KubeObject> pods) {
        for (KubeObject pod : pods) {
            int ordinal = Identity.ordinal(set, pod.name());
            if (Identity.isInRange(set, ordinal)) {
                replicas.put(ordinal, pod);
            } else if (ordinal >= 0) {
                condemned.add(pod);
            }
        }
        condemned.sort(
                Comparator.comparing((KubeObject pod) -> Identity.ordinal(set, pod.name()))
                        .reversed());
        if (keepReplicas() && removeCondemned()) {
            replaceOutdated();
        }
        return changes;
    }

    /// @return whether the next part may go on
    private boolean keepReplicas() {
        int start = Identity.start(set);
        long end = start + set.spec().integer("replicas", 1);
        for (int ordinal = start; ordinal < end; ordinal++) {
            boolean mustWait = keep(ordinal, replicas.get(ordinal));
            if (mustWait && inOrder) {
                return false;
            }
        }
        return true;
    }

    private boolean keep(int ordinal, @Nullable KubeObject pod) {
        if (pod == null) {
            create(ordinal);
            return true;
        }
        if (Pods.hasEnded(pod)) {
            if (!pod.isDeleting()) {
                delete(pod);
            }
            return true;
        }
        if (Pods.phase(pod).equals("Pending") && !pod.isDeleting()) {
            claims(ordinal, pod);
        }
        if (inOrder && isUnavailable(pod)) {
            return true;
        }
        if (!Identity.isComplete(pod)) {
            changes.add(Change.Update.object(Kinds.POD, Identity.completed(pod, ordinal)));
        }
        retain(ordinal, pod, false);
        return false;
    }

    private boolean isAvailable(KubeObject pod) {
        return Pods.phase(pod).equals("Running") && Pods.isAvailable(pod, minReady, now);
    }

    private boolean isUnavailable(KubeObject pod) {
        return pod.isDeleting() || !isAvailable(pod);
    }

    private boolean usesCurrent(int ordinal) {
        JsonObject strategy = set.spec().object("updateStrategy");
        if (!strategy.string("type", "RollingUpdate").equals("RollingUpdate")) {
            return false;
        }
        long first =
                strategy.has("rollingUpdate")
                        ? strategy.object("rollingUpdate").integer("partition", 0)
                        : set.status().integer("currentReplicas", 0);
        return ordinal < Identity.start(set) + first;
    }

    private void create(int ordinal) {
        KubeObject revision = usesCurrent(ordinal) ? current : update;
        KubeObject pod =
                Identity.pod(set, RevisionHistory.template(revision), revision.name(), ordinal);
        if (hasStaleClaim(ordinal, pod)) {
            return;
        }
        claims(ordinal, pod);
        changes.add(
                new Change.Create(
                        Kinds.POD,
                        pod,
                        made -> List.of(told("Create", made)),
                        refused -> List.of(failed("Create", pod, refused.message()))));
    }

    /// Whether a claim is about to go with the pod that owned it.
    private boolean hasStaleClaim(int ordinal, KubeObject pod) {
        for (KubeObject claim : Identity.claims(set, ordinal)) {
            KubeObject known = view.get(Kinds.PERSISTENT_VOLUME_CLAIM, claim.key());
            if (known == null) {
                continue;
            }
            for (OwnerReference owner : known.ownerReferences()) {
                if (owner.kind().equals("Pod") && owner.name().equals(pod.name())) {
                    return true;
                }
            }
        }
        return false;
    }

    private void claims(int ordinal, KubeObject pod) {
        for (KubeObject claim : Identity.claims(set, ordinal)) {
            if (view.get(Kinds.PERSISTENT_VOLUME_CLAIM, claim.key()) != null) {
                continue;
            }
            KubeObject owned = Identity.owned(claim, set, pod, false);
            String ending = " Pod " + pod.name() + " in StatefulSet " + set.name();
            changes.add(
                    new Change.Create(
                            Kinds.PERSISTENT_VOLUME_CLAIM,
                            owned,
                            made ->
                                    List.of(
                                            Change.Emit.normal(
                                                    set,
                                                    "SuccessfulCreate",
                                                    "Create Claim "
                                                            + made.name()
                                                            + ending
                                                            + " success")),
                            refused ->
                                    List.of(
                                            Change.Emit.warning(
                                                    set,
                                                    "FailedCreate",
                                                    "Create Claim "
                                                            + claim.name()
                                                            + " for"
                                                            + ending
                                                            + " failed error: "
                                                            + refused.message()))));
        }
    }

    private void retain(int ordinal, KubeObject pod, boolean isCondemned) {
        for (KubeObject claim : Identity.claims(set, ordinal)) {
            KubeObject known = view.get(Kinds.PERSISTENT_VOLUME_CLAIM, claim.key());
            if (known != null && !known.isDeleting()) {
                KubeObject owned = Identity.owned(known, set, pod, isCondemned);
                if (owned != known) {
                    changes.add(Change.Update.object(Kinds.PERSISTENT_VOLUME_CLAIM, owned));
                }
            }
        }
    }

    private boolean removeCondemned() {
        for (KubeObject pod : condemned) {
            retain(Identity.ordinal(set, pod.name()), pod, true);
        }
        KubeObject firstUnavailable = null;
        for (KubeObject pod : condemned.reversed()) {
            if (firstUnavailable == null && isUnavailable(pod)) {
                firstUnavailable = pod;
            }
        }
        for (KubeObject pod : condemned) {
            boolean blocked = pod.isDeleting() || (!isAvailable(pod) && pod != firstUnavailable);
            if (inOrder && blocked) {
                return false;
            }
            if (!pod.isDeleting()) {
                delete(pod);
                if (inOrder) {
                    return false;
                }
            }
        }
        return true;
    }

    private void replaceOutdated() {
        JsonObject strategy = set.spec().object("updateStrategy");
        if (strategy.string("type").equals("OnDelete")) {
            return;
        }
        JsonObject rolling = strategy.object("rollingUpdate");
        long partition = Identity.start(set) + rolling.integer("partition", 0);
        if (mayReplaceSome && rolling.has("maxUnavailable")) {
            replaceSome(partition, rolling.get("maxUnavailable"));
        } else {
            replaceOne(partition);
        }
    }

    /// The highest outdated pod goes, be it available or not, unless one above it is not. So pods
    /// of a broken template give way to those of a mended one.
    private void replaceOne(long partition) {
        long end = Identity.start(set) + set.spec().integer("replicas", 1);
        for (int ordinal = (int) end - 1; ordinal >= partition; ordinal--) {
            KubeObject pod = replicas.get(ordinal);
            if (pod == null) {
                return;
            }
            if (isOutdated(pod)) {
                delete(pod);
                return;
            }
            if (isUnavailable(pod)) {
                return;
            }
        }
    }

    private void replaceSome(long partition, @Nullable Json maxUnavailable) {
        long wanted = set.spec().integer("replicas", 1);
        long left = Math.max(1, Share.of(maxUnavailable, wanted, false, 1));
        left -= replicas.values().stream().filter(this::isUnavailable).count();
        left -= wanted - replicas.size();
        for (var entry : replicas.descendingMap().entrySet()) {
            if (left <= 0 || entry.getKey() < partition) {
                return;
            }
            if (isOutdated(entry.getValue())) {
                delete(entry.getValue());
                left--;
            }
        }
    }

    private boolean isOutdated(KubeObject pod) {
        return !pod.label(Identity.REVISION).equals(update.name()) && !pod.isDeleting();
    }

    private void delete(KubeObject pod) {
        changes.add(
                new Change.Delete(
                        Kinds.POD,
                        pod.key(),
                        DeleteOptions.of(pod.uid()),
                        _ -> List.of(told("Delete", pod))));
    }

    private Change told(String verb, KubeObject pod) {
        return Change.Emit.normal(
                set,
                "Successful" + verb,
                verb + " Pod " + pod.name() + " in StatefulSet " + set.name() + " successful");
    }

    private Change failed(String verb, KubeObject pod, String why) {
        return Change.Emit.warning(
                set,
                "Failed" + verb,
                verb
                        + " Pod "
                        + pod.name()
                        + " in StatefulSet "
                        + set.name()
                        + " failed error: "
                        + why);
    }
}
