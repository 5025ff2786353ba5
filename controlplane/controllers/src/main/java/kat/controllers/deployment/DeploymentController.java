package kat.controllers.deployment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Index;
import kat.client.Patch;
import kat.client.Plan;
import kat.controllers.workload.Claim;
import kat.controllers.workload.Conditions;
import kat.controllers.workload.PodTemplates;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// Moves a Deployment's pods from ReplicaSet to ReplicaSet.
///
/// One reconcile takes one step: claims sets, makes the new one, sizes sets, tells the status, or
/// removes old sets. What the step leads to comes back as a change and leads to the next.
///
/// **Source:** kube-controller-manager `deployment/deployment_controller.go`.
public final class DeploymentController implements Controller {

    private static final int DEFAULT_HISTORY = 10;

    @Override
    public String name() {
        return "deployment-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.DEPLOYMENT),
                new Watched(
                        Kinds.REPLICA_SET, List.of(Index.BY_CONTROLLER), this::deploymentsOfSet),
                new Watched(Kinds.POD, List.of(Index.BY_CONTROLLER), this::recreatedBy));
    }

    private Collection<ObjectKey> deploymentsOfSet(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        List<ObjectKey> keys = new ArrayList<>();
        for (KubeObject set : new @Nullable KubeObject[] {before, after}) {
            OwnerReference owner = set == null ? null : set.controller();
            if (set != null && owner != null && owner.kind().equals("Deployment")) {
                keys.add(ObjectKey.of(set.namespace(), owner.name()));
            }
        }
        if (after != null && after.controller() == null) {
            for (KubeObject deployment : view.list(Kinds.DEPLOYMENT, after.namespace())) {
                if (selector(deployment).matches(after.labels())) {
                    keys.add(deployment.key());
                }
            }
        }
        return keys;
    }

    /// A deployment that recreates waits for the last old pod to be gone.
    private Collection<ObjectKey> recreatedBy(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        OwnerReference owner = after != null || before == null ? null : before.controller();
        if (before == null || owner == null || !owner.kind().equals("ReplicaSet")) {
            return List.of();
        }
        KubeObject set =
                view.get(Kinds.REPLICA_SET, ObjectKey.of(before.namespace(), owner.name()));
        return set == null ? List.of() : deploymentsOfSet(view, null, set);
    }

    private static LabelSelector selector(KubeObject deployment) {
        return LabelSelector.parse(deployment.spec().object("selector"));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject deployment = view.get(Kinds.DEPLOYMENT, key);
        if (deployment == null) {
            return Plan.NOTHING;
        }
        if (selector(deployment).isEmpty()) {
            return Plan.of(
                    Change.Emit.warning(
                            deployment,
                            "SelectingAll",
                            "This deployment is selecting all pods. A non-empty selector is"
                                    + " required."));
        }
        Claim claim =
                Claim.of(
                        deployment,
                        selector(deployment),
                        Kinds.REPLICA_SET,
                        candidates(view, deployment));
        if (!claim.changes().isEmpty()) {
            return new Plan(claim.changes(), null);
        }
        Rollout rollout = Rollout.of(deployment, claim.owned());
        return deployment.isDeleting() ? statusOnly(rollout, now) : step(view, rollout, now);
    }

    private static List<KubeObject> candidates(ClusterView view, KubeObject deployment) {
        Map<String, KubeObject> found = new LinkedHashMap<>();
        for (KubeObject set : view.list(Kinds.REPLICA_SET, deployment.namespace())) {
            OwnerReference owner = set.controller();
            if (owner == null || owner.uid().equals(deployment.uid())) {
                found.put(set.uid(), set);
            }
        }
        return List.copyOf(found.values());
    }

    private Plan step(ClusterView view, Rollout rollout, Instant now) {
        DeploymentStatus status = new DeploymentStatus(rollout, now);
        JsonArray conditions = rollout.deployment().status().array("conditions");
        JsonArray pausing = status.pausing(conditions);
        if (!pausing.equals(conditions)) {
            return Plan.of(update(rollout.deployment(), told -> told.with("conditions", pausing)));
        }
        if (rollout.newSet() != null) {
            Plan marks = marks(rollout, status);
            if (!marks.isEmpty()) {
                return marks;
            }
        }
        Scaling scaling = new Scaling(rollout);
        if (rollout.isPaused() || isResized(rollout)) {
            scaling.follow();
        } else if (rollout.recreates()) {
            if (!recreate(view, rollout, scaling)) {
                return statusOnly(rollout, now);
            }
        } else if (rollout.newSet() != null && !scaling.growNew()) {
            scaling.shrinkOld();
        }
        if (rollout.newSet() == null && scaling.changes().isEmpty() && !rollout.isPaused()) {
            return new Plan(creation(rollout, status), null);
        }
        Plan told = statusOnly(rollout, now);
        boolean atRest = rollout.isComplete() || rollout.isPaused();
        List<Change> changes = new ArrayList<>(scaling.changes());
        changes.addAll(told.changes());
        changes.addAll(atRest ? cleanUp(rollout) : List.of());
        return new Plan(changes, told.requeueAfter());
    }

    /// Whether the deployment's size changed since its sets were last sized.
    private static boolean isResized(Rollout rollout) {
        for (KubeObject set : rollout.activeSets()) {
            String desired = set.annotation(Revisions.DESIRED);
            if (!desired.isEmpty() && Revisions.number(desired) != rollout.wanted()) {
                return true;
            }
        }
        return false;
    }

    /// Stops the old sets, and starts the new one when all their pods are gone.
    ///
    /// @return whether there is something to do but wait
    private static boolean recreate(ClusterView view, Rollout rollout, Scaling scaling) {
        scaling.stopOld();
        if (!scaling.changes().isEmpty()) {
            return true;
        }
        for (KubeObject set : rollout.oldSets()) {
            for (KubeObject pod : view.indexed(Kinds.POD, Index.BY_CONTROLLER, set.uid())) {
                if (!Pods.hasEnded(pod)) {
                    return false;
                }
            }
        }
        scaling.growNew();
        return true;
    }

    private Plan statusOnly(Rollout rollout, Instant now) {
        DeploymentStatus status = new DeploymentStatus(rollout, now);
        JsonObject computed = status.compute();
        if (!computed.equals(rollout.deployment().status())) {
            return Plan.of(update(rollout.deployment(), before -> computed));
        }
        Duration next = status.nextLook();
        return next == null ? Plan.NOTHING : Plan.after(next.isPositive() ? next : Duration.ZERO);
    }

    private static Change update(KubeObject deployment, UnaryOperator<JsonObject> status) {
        return Change.Update.status(Kinds.DEPLOYMENT, deployment.withStatus(status));
    }

    /// Revision, annotations and minReadySeconds that the new set and the deployment lack.
    private static Plan marks(Rollout rollout, DeploymentStatus status) {
        KubeObject deployment = rollout.deployment();
        KubeObject set = rollout.newSet();
        if (set == null) {
            return Plan.NOTHING;
        }
        long minReady = deployment.spec().integer("minReadySeconds", 0);
        KubeObject marked = Revisions.annotate(set, deployment, Revisions.next(rollout.oldSets()));
        if (set.spec().integer("minReadySeconds", 0) != minReady) {
            marked = marked.withSpec(spec -> spec.with("minReadySeconds", minReady));
        }
        if (!marked.equals(set)) {
            return Plan.of(Change.Update.object(Kinds.REPLICA_SET, marked));
        }
        String revision = set.annotation(Revisions.REVISION);
        if (!revision.equals(deployment.annotation(Revisions.REVISION))) {
            JsonObject annotations = JsonObject.EMPTY.with(Revisions.REVISION, revision);
            JsonObject patch = JsonObject.EMPTY.withAt(annotations, "metadata", "annotations");
            // through the status, where annotations do not count as a new generation
            return Plan.of(
                    new Change.PatchObject(
                            Kinds.DEPLOYMENT, deployment.key(), Patch.merge(patch), "status"));
        }
        return found(rollout, status, set);
    }

    private static Plan found(Rollout rollout, DeploymentStatus status, KubeObject set) {
        JsonArray conditions = rollout.deployment().status().array("conditions");
        boolean known =
                conditions.objects().stream()
                        .anyMatch(each -> each.string("type").equals("Progressing"));
        if (known || !rollout.deployment().spec().has("progressDeadlineSeconds")) {
            return Plan.NOTHING;
        }
        JsonArray told =
                status.set(
                        conditions,
                        Conditions.of(
                                "Progressing",
                                "True",
                                "FoundNewReplicaSet",
                                "Found new replica set \"" + set.name() + "\""));
        return Plan.of(update(rollout.deployment(), before -> before.with("conditions", told)));
    }

    private List<Change> creation(Rollout rollout, DeploymentStatus status) {
        KubeObject deployment = rollout.deployment();
        long size = rollout.newSetSize();
        KubeObject set = NewSet.of(rollout, size);
        return List.of(
                new Change.Create(
                        Kinds.REPLICA_SET,
                        set,
                        made -> created(deployment, made, size, status),
                        _ -> List.of(),
                        taker -> taken(deployment, taker)));
    }

    private static List<Change> created(
            KubeObject deployment, KubeObject made, long size, DeploymentStatus status) {
        List<Change> changes = new ArrayList<>();
        if (size > 0) {
            changes.add(Scaling.scaled(deployment, made.name(), 0, size));
        }
        if (deployment.spec().has("progressDeadlineSeconds")) {
            JsonArray told =
                    status.set(
                            deployment.status().array("conditions"),
                            Conditions.of(
                                    "Progressing",
                                    "True",
                                    "NewReplicaSetCreated",
                                    "Created new replica set \"" + made.name() + "\""));
            changes.add(update(deployment, before -> before.with("conditions", told)));
        }
        return changes;
    }

    /// A set of that name exists: unless it is the one wanted and only not yet seen, the next name
    /// must be another.
    private static List<Change> taken(KubeObject deployment, KubeObject taker) {
        if (taker.isControlledBy(deployment) && Rollout.hasTemplateOf(deployment, taker)) {
            return List.of();
        }
        long collisions = deployment.status().integer("collisionCount", 0) + 1;
        return List.of(update(deployment, before -> before.with("collisionCount", collisions)));
    }

    private static List<Change> cleanUp(Rollout rollout) {
        long limit = rollout.deployment().spec().integer("revisionHistoryLimit", DEFAULT_HISTORY);
        List<KubeObject> idle = new ArrayList<>();
        for (KubeObject set : rollout.oldSets()) {
            boolean observed = set.status().integer("observedGeneration", 0) >= set.generation();
            if (Rollout.replicas(set) == 0
                    && Rollout.counted(set, "replicas") == 0
                    && observed
                    && !set.isDeleting()) {
                idle.add(set);
            }
        }
        idle.sort(Revisions.byRevision());
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < idle.size() - limit; i++) {
            KubeObject set = idle.get(i);
            changes.add(
                    new Change.Delete(Kinds.REPLICA_SET, set.key(), DeleteOptions.of(set.uid())));
        }
        return changes;
    }

    static String hash(KubeObject deployment) {
        return PodTemplates.hash(
                deployment.spec().object("template"),
                deployment.status().integer("collisionCount", 0));
    }
}
