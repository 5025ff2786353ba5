package kat.controllers.replicaset;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Index;
import kat.client.Plan;
import kat.controllers.workload.Claim;
import kat.controllers.workload.PodTemplates;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// Keeps as many pods of a template as a ReplicaSet or ReplicationController asks for.
///
/// Pods are created in batches that double while creation succeeds, so that a namespace whose quota
/// is used up sees one refusal, not five hundred.
///
/// **Source:** kube-controller-manager `replicaset/replica_set.go`.
public final class ReplicaSetController implements Controller {

    /// Most pods created or deleted by one plan.
    static final int MOST_AT_ONCE = 500;

    /// Pods by namespace, for adoption.
    private static final Index ORPHANS =
            new Index(
                    "orphans",
                    pod -> pod.controller() == null ? List.of(pod.namespace()) : List.of());

    private final String name;
    private final Kind kind;

    private ReplicaSetController(String name, Kind kind) {
        this.name = name;
        this.kind = kind;
    }

    public static ReplicaSetController forReplicaSets() {
        return new ReplicaSetController("replicaset-controller", Kinds.REPLICA_SET);
    }

    public static ReplicaSetController forReplicationControllers() {
        return new ReplicaSetController("replication-controller", Kinds.REPLICATION_CONTROLLER);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(kind),
                new Watched(Kinds.POD, List.of(Index.BY_CONTROLLER, ORPHANS), this::ownersOfPod));
    }

    private Collection<ObjectKey> ownersOfPod(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        List<ObjectKey> keys = new ArrayList<>();
        for (KubeObject pod : new @Nullable KubeObject[] {before, after}) {
            OwnerReference owner = pod == null ? null : pod.controller();
            if (pod != null && owner != null && owner.kind().equals(kind.kind())) {
                keys.add(ObjectKey.of(pod.namespace(), owner.name()));
            }
        }
        if (after != null && after.controller() == null && !after.labels().isEmpty()) {
            for (KubeObject set : view.list(kind, after.namespace())) {
                if (selector(set).matches(after.labels())) {
                    keys.add(set.key());
                }
            }
        }
        return keys;
    }

    private LabelSelector selector(KubeObject set) {
        JsonObject selector = set.spec().object("selector");
        return kind.equals(Kinds.REPLICA_SET)
                ? LabelSelector.parse(selector)
                : LabelSelector.ofMap(selector);
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject set = view.get(kind, key);
        if (set == null) {
            return Plan.NOTHING;
        }
        Map<String, KubeObject> candidates = new LinkedHashMap<>();
        for (KubeObject pod : view.indexed(Kinds.POD, Index.BY_CONTROLLER, set.uid())) {
            candidates.put(pod.uid(), pod);
        }
        for (KubeObject pod : view.indexed(Kinds.POD, ORPHANS, set.namespace())) {
            if (!Pods.hasEnded(pod)) {
                candidates.put(pod.uid(), pod);
            }
        }
        Claim claim = Claim.of(set, selector(set), Kinds.POD, List.copyOf(candidates.values()));
        Plan.Builder plan = Plan.builder().addAll(claim.changes());
        List<KubeObject> active = claim.owned().stream().filter(Pods::isActive).toList();
        SetStatus status = SetStatus.count(set, claim.owned(), now);
        if (!set.isDeleting()) {
            plan.addAll(replicas(view, set, active, status, now));
        }
        if (status.differsFrom(set)) {
            plan.add(Change.Update.status(kind, set.withStatus(status::write)));
        }
        Duration next = nextAvailable(set, active, now);
        return next == null ? plan.build() : plan.requeueAfter(next).build();
    }

    private static @Nullable Duration nextAvailable(
            KubeObject set, List<KubeObject> pods, Instant now) {
        long minimum = set.spec().integer("minReadySeconds", 0);
        Duration next = null;
        for (KubeObject pod : pods) {
            Duration left = Pods.untilAvailable(pod, minimum, now);
            next = left != null && (next == null || left.compareTo(next) < 0) ? left : next;
        }
        return next;
    }

    private List<Change> replicas(
            ClusterView view,
            KubeObject set,
            List<KubeObject> active,
            SetStatus status,
            Instant now) {
        long wanted = set.spec().integer("replicas", 1);
        long missing = wanted - active.size();
        if (missing > 0) {
            return creations(set, (int) Math.min(missing, MOST_AT_ONCE), status, now);
        }
        if (missing < 0) {
            int surplus = (int) Math.min(-missing, MOST_AT_ONCE);
            List<KubeObject> leaving = Ranking.of(view, set, active, now).first(surplus);
            return deletions(set, leaving);
        }
        return List.of();
    }

    private List<Change> creations(KubeObject set, int count, SetStatus status, Instant now) {
        KubeObject pod = PodTemplates.pod(set, set.spec().object("template"));
        List<Change> batch = new ArrayList<>();
        // The first refusal ends the plan: begin with one, go on with the rest once it succeeded.
        int size = status.lastCreationFailed() ? 1 : count;
        for (int i = 0; i < size; i++) {
            batch.add(
                    new Change.Create(
                            Kinds.POD,
                            pod,
                            created ->
                                    List.of(
                                            told(
                                                    set,
                                                    "SuccessfulCreate",
                                                    "Created pod: ",
                                                    created)),
                            refused -> refused(set, refused, status, now)));
        }
        return batch;
    }

    private static Change told(KubeObject set, String reason, String text, KubeObject pod) {
        return Change.Emit.normal(set, reason, text + pod.name());
    }

    private List<Change> refused(KubeObject set, Status refused, SetStatus status, Instant now) {
        SetStatus failed = status.failed("FailedCreate", refused.message(), now);
        return List.of(
                Change.Emit.warning(set, "FailedCreate", "Error creating: " + refused.message()),
                Change.Update.status(kind, set.withStatus(failed::write)));
    }

    private List<Change> deletions(KubeObject set, List<KubeObject> pods) {
        List<Change> changes = new ArrayList<>();
        for (KubeObject pod : pods) {
            changes.add(
                    new Change.Delete(
                            Kinds.POD,
                            pod.key(),
                            DeleteOptions.of(pod.uid()),
                            gone -> List.of(told(set, "SuccessfulDelete", "Deleted pod: ", pod))));
        }
        return changes;
    }
}
