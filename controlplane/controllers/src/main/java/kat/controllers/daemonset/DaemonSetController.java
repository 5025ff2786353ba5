package kat.controllers.daemonset;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Index;
import kat.client.Plan;
import kat.controllers.workload.Claim;
import kat.controllers.workload.Pods;
import kat.controllers.workload.RevisionHistory;
import org.jspecify.annotations.Nullable;

/// Keeps one pod on each node that fits, and brings new templates to them step by step.
///
/// Pods that fail again and again are replaced after longer and longer times ([FailedPods]).
///
/// **Source:** kube-controller-manager `daemon/daemon_controller.go`.
public final class DaemonSetController implements Controller {

    /// Most pods created or deleted by one plan.
    private static final int MOST_AT_ONCE = 250;

    private static final long HISTORY_LIMIT = 10;

    /// Pods by namespace, for adoption.
    private static final Index ORPHANS =
            new Index(
                    "orphans",
                    pod -> pod.controller() == null ? List.of(pod.namespace()) : List.of());

    private final FailedPods failed = new FailedPods();

    @Override
    public String name() {
        return "daemonset-controller";
    }

    @Override
    public String account() {
        return "daemon-set-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.DAEMON_SET),
                new Watched(
                        Kinds.POD,
                        List.of(Index.BY_CONTROLLER, ORPHANS),
                        DaemonSetController::setsOfPod),
                Watched.secondary(
                        Kinds.CONTROLLER_REVISION,
                        DaemonSetController::owners,
                        Index.BY_CONTROLLER),
                new Watched(Kinds.NODE, List.of(), DaemonSetController::setsOfNode));
    }

    private static Collection<ObjectKey> owners(KubeObject object) {
        OwnerReference owner = object.controller();
        return owner != null && owner.kind().equals("DaemonSet")
                ? List.of(ObjectKey.of(object.namespace(), owner.name()))
                : List.of();
    }

    private static Collection<ObjectKey> setsOfPod(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        List<ObjectKey> keys = new ArrayList<>();
        if (before != null) {
            keys.addAll(owners(before));
        }
        if (after != null) {
            keys.addAll(owners(after));
            if (after.controller() == null && !after.labels().isEmpty()) {
                for (KubeObject set : view.list(Kinds.DAEMON_SET, after.namespace())) {
                    if (selector(set).matches(after.labels())) {
                        keys.add(set.key());
                    }
                }
            }
        }
        return keys;
    }

    /// All sets, when something changed that decides which nodes fit.
    private static Collection<ObjectKey> setsOfNode(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        boolean same =
                before != null
                        && after != null
                        && before.labels().equals(after.labels())
                        && before.spec().equals(after.spec());
        return same
                ? List.of()
                : view.list(Kinds.DAEMON_SET, "").stream().map(KubeObject::key).toList();
    }

    private static LabelSelector selector(KubeObject set) {
        return LabelSelector.parse(set.spec().object("selector"));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject set = view.get(Kinds.DAEMON_SET, key);
        if (set == null || set.isDeleting()) {
            return Plan.NOTHING;
        }
        if (selector(set).isEmpty()) {
            return Plan.of(
                    Change.Emit.warning(
                            set,
                            "SelectingAll",
                            "This daemon set is selecting all pods. A non-empty selector is"
                                    + " required."));
        }
        Claim claim = claim(view, set);
        long collisions = set.status().integer("collisionCount", 0);
        RevisionHistory history =
                RevisionHistory.of(
                        set,
                        view.indexed(Kinds.CONTROLLER_REVISION, Index.BY_CONTROLLER, set.uid()),
                        DaemonPods.HASH,
                        Change.Update.status(
                                Kinds.DAEMON_SET,
                                set.withStatus(s -> s.with("collisionCount", collisions + 1))));
        Round round =
                new Round(set, view.list(Kinds.NODE, ""), byNode(claim.owned()), history, now);
        round.manage();
        Plan.Builder plan = Plan.builder().addAll(claim.changes()).addAll(history.changes());
        plan.addAll(round.changes());
        JsonObject status = round.status();
        if (!status.equals(set.status())) {
            plan.add(Change.Update.status(Kinds.DAEMON_SET, set.withStatus(_ -> status)));
        }
        Set<String> live = new LinkedHashSet<>();
        claim.owned().forEach(pod -> live.add(set.name() + "-" + pod.label(DaemonPods.HASH)));
        plan.addAll(
                history.truncation(
                        live, set.spec().integer("revisionHistoryLimit", HISTORY_LIMIT)));
        long minReady = set.spec().integer("minReadySeconds", 0);
        for (KubeObject pod : claim.owned()) {
            Duration left = Pods.untilAvailable(pod, minReady, now);
            if (left != null) {
                plan.requeueAfter(left);
            }
        }
        round.stays.forEach(plan::requeueAfter);
        return plan.build();
    }

    private static Claim claim(ClusterView view, KubeObject set) {
        Map<String, KubeObject> candidates = new LinkedHashMap<>();
        for (KubeObject pod : view.indexed(Kinds.POD, Index.BY_CONTROLLER, set.uid())) {
            candidates.put(pod.uid(), pod);
        }
        for (KubeObject pod : view.indexed(Kinds.POD, ORPHANS, set.namespace())) {
            candidates.put(pod.uid(), pod);
        }
        return Claim.of(set, selector(set), Kinds.POD, List.copyOf(candidates.values()));
    }

    private static SequencedMap<String, List<KubeObject>> byNode(List<KubeObject> pods) {
        SequencedMap<String, List<KubeObject>> byNode = new LinkedHashMap<>();
        for (KubeObject pod : pods) {
            // One that has ended and is being deleted has nothing left to do there, whatever
            // finalizer holds it.
            if (!pod.isDeleting() || !Pods.hasEnded(pod)) {
                byNode.computeIfAbsent(NodeFit.nodeOf(pod), _ -> new ArrayList<>()).add(pod);
            }
        }
        Comparator<KubeObject> order =
                Comparator.comparing((KubeObject pod) -> pod.spec().string("nodeName").isEmpty())
                        .thenComparing(pod -> pod.metadata().string("creationTimestamp"))
                        .thenComparing(KubeObject::name);
        byNode.values().forEach(each -> each.sort(order));
        return byNode;
    }

    /// One look at all nodes.
    private final class Round {

        private final KubeObject set;
        private final List<KubeObject> nodes;
        private final SequencedMap<String, List<KubeObject>> byNode;
        private final Instant now;
        private final String hash;
        private final List<String> fits = new ArrayList<>();
        private final List<String> needy = new ArrayList<>();
        private final SequencedSet<KubeObject> leaving = new LinkedHashSet<>();
        private final List<Change> told = new ArrayList<>();

        /// For how long pods that failed stay yet.
        final List<Duration> stays = new ArrayList<>();

        Round(
                KubeObject set,
                List<KubeObject> nodes,
                SequencedMap<String, List<KubeObject>> byNode,
                RevisionHistory history,
                Instant now) {
            this.set = set;
            this.nodes = nodes;
            this.byNode = byNode;
            this.now = now;
            this.hash = history.update().label(DaemonPods.HASH);
        }

        void manage() {
            JsonObject spec = DaemonPods.spec(set);
            Set<String> known = new LinkedHashSet<>();
            for (KubeObject node : nodes) {
                known.add(node.name());
                NodeFit fit = NodeFit.of(spec, node);
                if (fit.shouldRun()) {
                    fits.add(node.name());
                }
                look(node.name(), fit);
            }
            byNode.forEach(
                    (node, pods) -> {
                        if (!known.contains(node)) {
                            pods.stream()
                                    .filter(pod -> pod.spec().string("nodeName").isEmpty())
                                    .forEach(leaving::add);
                        }
                    });
            boolean rolls = !set.spec().object("updateStrategy").string("type").equals("OnDelete");
            // As in Kubernetes a roll-out goes on only when no node lacks its pod.
            if (rolls && needy.isEmpty() && leaving.isEmpty()) {
                DaemonRollout rollout = new DaemonRollout(set, hash, now);
                rollout.decide(byNode, fits);
                leaving.addAll(rollout.leaving);
                needy.addAll(rollout.nodes);
            }
        }

        private void look(String node, NodeFit fit) {
            List<KubeObject> pods = byNode.getOrDefault(node, List.of());
            if (fit.shouldRun() && pods.isEmpty()) {
                needy.add(node);
            } else if (fit.mayStay()) {
                List<KubeObject> running = running(node, pods);
                if (DaemonRollout.maySurge(set)) {
                    look(node, fit, running);
                } else if (running.size() > 1) {
                    leaving.addAll(running.subList(1, running.size()));
                }
            } else {
                pods.stream().filter(pod -> !pod.isDeleting()).forEach(leaving::add);
            }
        }

        /// With a surge the oldest pod of the template may stand beside the oldest other one as
        /// long as it is not available and the other is ready.
        private void look(String node, NodeFit fit, List<KubeObject> running) {
            if (running.isEmpty() && fit.shouldRun()) {
                needy.add(node);
            }
            KubeObject fresh = null;
            KubeObject old = null;
            for (KubeObject pod : running) {
                boolean isFresh = pod.label(DaemonPods.HASH).equals(hash);
                if (isFresh && fresh == null) {
                    fresh = pod;
                } else if (!isFresh && old == null) {
                    old = pod;
                } else {
                    leaving.add(pod);
                }
            }
            if (fresh != null
                    && old != null
                    && (!Pods.isReady(old) || Pods.isAvailable(fresh, minReady(), now))) {
                leaving.add(old);
            }
        }

        private long minReady() {
            return set.spec().integer("minReadySeconds", 0);
        }

        private List<KubeObject> running(String node, List<KubeObject> pods) {
            List<KubeObject> running = new ArrayList<>();
            for (KubeObject pod : pods) {
                if (pod.isDeleting()) {
                    continue;
                }
                if (!Pods.hasEnded(pod)) {
                    running.add(pod);
                } else if (Pods.phase(pod).equals("Succeeded")) {
                    leaving.add(pod);
                    told.add(
                            Change.Emit.normal(
                                    set,
                                    "SucceededDaemonPod",
                                    found("succeeded", pod, node, "delete")));
                } else if (mayGo(node)) {
                    leaving.add(pod);
                    told.add(
                            Change.Emit.warning(
                                    set, "FailedDaemonPod", found("failed", pod, node, "kill")));
                }
            }
            return running;
        }

        private boolean mayGo(String node) {
            long generation = set.status().integer("observedGeneration", 0);
            Duration left = failed.remove(set.uid() + "/" + generation + "/" + node, now);
            if (left.isPositive()) {
                stays.add(left);
            }
            return left.isZero();
        }

        private static String found(String how, KubeObject pod, String node, String verb) {
            return "Found "
                    + how
                    + " daemon pod "
                    + pod.key()
                    + " on node "
                    + node
                    + ", will try to "
                    + verb
                    + " it";
        }

        List<Change> changes() {
            List<Change> changes = new ArrayList<>(told);
            for (String node : needy.subList(0, Math.min(MOST_AT_ONCE, needy.size()))) {
                changes.add(
                        new Change.Create(
                                Kinds.POD,
                                DaemonPods.of(set, hash, node),
                                made ->
                                        List.of(
                                                Change.Emit.normal(
                                                        set,
                                                        "SuccessfulCreate",
                                                        "Created pod: " + made.name())),
                                refused ->
                                        List.of(
                                                Change.Emit.warning(
                                                        set,
                                                        "FailedCreate",
                                                        "Error creating: " + refused.message()))));
            }
            leaving.stream().limit(MOST_AT_ONCE).map(this::deletion).forEach(changes::add);
            return changes;
        }

        private Change deletion(KubeObject pod) {
            String told = "Deleted pod: " + pod.name();
            return new Change.Delete(
                    Kinds.POD,
                    pod.key(),
                    DeleteOptions.of(pod.uid()),
                    _ -> List.of(Change.Emit.normal(set, "SuccessfulDelete", told)));
        }

        JsonObject status() {
            long scheduled = 0;
            long misscheduled = 0;
            long ready = 0;
            long updated = 0;
            long available = 0;
            for (KubeObject node : nodes) {
                List<KubeObject> pods = byNode.getOrDefault(node.name(), List.of());
                if (pods.isEmpty()) {
                    continue;
                }
                if (!fits.contains(node.name())) {
                    misscheduled++;
                    continue;
                }
                KubeObject pod = pods.getFirst();
                scheduled++;
                ready += Pods.isReady(pod) ? 1 : 0;
                available += Pods.isAvailable(pod, minReady(), now) ? 1 : 0;
                updated += DaemonPods.isUpdated(set, pod, hash) ? 1 : 0;
            }
            JsonObject.Builder status =
                    set.status().toBuilder()
                            .put("observedGeneration", set.generation())
                            .put("desiredNumberScheduled", (long) fits.size())
                            .put("currentNumberScheduled", scheduled)
                            .put("numberMisscheduled", misscheduled)
                            .put("numberReady", ready);
            return sparse(
                    status.build(),
                    Map.of(
                            "updatedNumberScheduled", updated,
                            "numberAvailable", available,
                            "numberUnavailable", fits.size() - available));
        }

        /// Numbers that Kubernetes leaves out when they are zero.
        private static JsonObject sparse(JsonObject status, Map<String, Long> numbers) {
            JsonObject result = status;
            for (var entry : numbers.entrySet()) {
                result =
                        entry.getValue() == 0
                                ? result.without(entry.getKey())
                                : result.with(entry.getKey(), entry.getValue());
            }
            return result;
        }
    }
}
