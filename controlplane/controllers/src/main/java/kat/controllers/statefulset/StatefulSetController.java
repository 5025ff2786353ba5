package kat.controllers.statefulset;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.api.strategy.FeatureGates;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Index;
import kat.client.Plan;
import kat.controllers.workload.Claim;
import kat.controllers.workload.Pods;
import kat.controllers.workload.RevisionHistory;

/// Keeps numbered pods with names and claims of their own, one after another unless told otherwise.
///
/// **Source:** kube-controller-manager `statefulset/stateful_set.go`.
public final class StatefulSetController implements Controller {

    private static final String HASH_LABEL = "controller.kubernetes.io/hash";
    private static final long HISTORY_LIMIT = 10;

    /// Pods without an owner, by namespace and the name that theirs begins with.
    private static final Index ORPHANS =
            new Index(
                    "orphans by parent",
                    pod -> {
                        int dash = pod.name().lastIndexOf('-');
                        return pod.controller() != null || dash < 0
                                ? List.of()
                                : List.of(parent(pod.namespace(), pod.name().substring(0, dash)));
                    });

    private final FeatureGates gates;

    public StatefulSetController(FeatureGates gates) {
        this.gates = gates;
    }

    private static String parent(String namespace, String name) {
        return namespace + "/" + name;
    }

    @Override
    public String name() {
        return "statefulset-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.STATEFUL_SET),
                Watched.secondary(
                        Kinds.POD, StatefulSetController::setsOf, Index.BY_CONTROLLER, ORPHANS),
                Watched.secondary(
                        Kinds.CONTROLLER_REVISION,
                        StatefulSetController::owners,
                        Index.BY_CONTROLLER),
                Watched.readOnly(Kinds.PERSISTENT_VOLUME_CLAIM));
    }

    private static Collection<ObjectKey> owners(KubeObject object) {
        OwnerReference owner = object.controller();
        return owner != null && owner.kind().equals("StatefulSet")
                ? List.of(ObjectKey.of(object.namespace(), owner.name()))
                : List.of();
    }

    private static Collection<ObjectKey> setsOf(KubeObject pod) {
        int dash = pod.name().lastIndexOf('-');
        return pod.controller() == null && dash > 0
                ? List.of(ObjectKey.of(pod.namespace(), pod.name().substring(0, dash)))
                : owners(pod);
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject set = view.get(Kinds.STATEFUL_SET, key);
        if (set == null) {
            return Plan.NOTHING;
        }
        Claim claim = claim(view, set);
        List<KubeObject> pods = claim.owned();
        long collisions = set.status().integer("collisionCount", 0);
        RevisionHistory history =
                RevisionHistory.of(
                        set,
                        view.indexed(Kinds.CONTROLLER_REVISION, Index.BY_CONTROLLER, set.uid()),
                        HASH_LABEL,
                        Change.Update.status(
                                Kinds.STATEFUL_SET,
                                set.withStatus(s -> s.with("collisionCount", collisions + 1))));
        KubeObject known = history.named(set.status().string("currentRevision"));
        KubeObject current = known == null ? history.update() : known;
        Plan.Builder plan = Plan.builder().addAll(claim.changes());
        List<Change> pending = List.of();
        if (!set.isDeleting()) {
            plan.addAll(history.changes());
            pending =
                    new StatefulSync(view, set, current, history.update(), gates, now).decide(pods);
        }
        JsonObject status = status(set, pods, current, history.update(), now);
        if (!status.equals(set.status())) {
            plan.add(Change.Update.status(Kinds.STATEFUL_SET, set.withStatus(_ -> status)));
        }
        plan.addAll(pending);
        plan.addAll(history.truncation(live(pods, current), limit(set)));
        long minReady = set.spec().integer("minReadySeconds", 0);
        for (KubeObject pod : pods) {
            Duration left = Pods.untilAvailable(pod, minReady, now);
            if (left != null) {
                plan.requeueAfter(left);
            }
        }
        return plan.build();
    }

    private static long limit(KubeObject set) {
        return set.spec().integer("revisionHistoryLimit", HISTORY_LIMIT);
    }

    private static Set<String> live(List<KubeObject> pods, KubeObject current) {
        Set<String> live = new LinkedHashSet<>();
        live.add(current.name());
        pods.forEach(pod -> live.add(pod.label(Identity.REVISION)));
        return live;
    }

    private static Claim claim(ClusterView view, KubeObject set) {
        Map<String, KubeObject> candidates = new LinkedHashMap<>();
        List<KubeObject> all =
                new ArrayList<>(view.indexed(Kinds.POD, Index.BY_CONTROLLER, set.uid()));
        all.addAll(view.indexed(Kinds.POD, ORPHANS, parent(set.namespace(), set.name())));
        for (KubeObject pod : all) {
            if (Identity.ordinal(set, pod.name()) >= 0) {
                candidates.put(pod.uid(), pod);
            }
        }
        LabelSelector selector = LabelSelector.parse(set.spec().object("selector"));
        return Claim.of(set, selector, Kinds.POD, List.copyOf(candidates.values()));
    }

    private static JsonObject status(
            KubeObject set,
            List<KubeObject> pods,
            KubeObject current,
            KubeObject update,
            Instant now) {
        long minReady = set.spec().integer("minReadySeconds", 0);
        long ready = 0;
        long available = 0;
        long currents = 0;
        long updated = 0;
        for (KubeObject pod : pods) {
            boolean isReady = Pods.phase(pod).equals("Running") && Pods.isReady(pod);
            ready += isReady ? 1 : 0;
            available += isReady && Pods.isAvailable(pod, minReady, now) ? 1 : 0;
            if (!pod.isDeleting()) {
                String revision = pod.label(Identity.REVISION);
                currents += revision.equals(current.name()) ? 1 : 0;
                updated += revision.equals(update.name()) ? 1 : 0;
            }
        }
        long wanted = set.spec().integer("replicas", 1);
        boolean rolls = !set.spec().object("updateStrategy").string("type").equals("OnDelete");
        boolean complete = rolls && updated == wanted && ready == wanted && pods.size() == wanted;
        return set.status().toBuilder()
                .put("observedGeneration", set.generation())
                .put("replicas", (long) pods.size())
                .put("readyReplicas", ready)
                .put("availableReplicas", available)
                .put("currentReplicas", complete ? updated : currents)
                .put("updatedReplicas", updated)
                .put("currentRevision", complete ? update.name() : current.name())
                .put("updateRevision", update.name())
                .put("collisionCount", set.status().integer("collisionCount", 0))
                .build()
                .map((name, value) -> isAbsentZero(name, value.toString()) ? null : value);
    }

    /// Numbers that Kubernetes leaves out when they are zero.
    private static boolean isAbsentZero(String name, String value) {
        return value.equals("0")
                && List.of("readyReplicas", "currentReplicas", "updatedReplicas").contains(name);
    }
}
