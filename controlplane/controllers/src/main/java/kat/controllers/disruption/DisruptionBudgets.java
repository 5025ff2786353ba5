package kat.controllers.disruption;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.selector.LabelSelector;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;
import kat.controllers.workload.Conditions;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// Keeps the status of PodDisruptionBudgets.
///
/// **Source:** kube-controller-manager `disruption/disruption.go`.
public final class DisruptionBudgets implements Controller {

    /// So long an eviction that was granted counts before the pod is seen to go.
    private static final Duration GRANTED = Duration.ofMinutes(2);

    private static final Map<String, Kind> SCALED =
            Map.of(
                    "ReplicaSet", Kinds.REPLICA_SET,
                    "ReplicationController", Kinds.REPLICATION_CONTROLLER,
                    "StatefulSet", Kinds.STATEFUL_SET);

    @Override
    public String name() {
        return "disruption-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.POD_DISRUPTION_BUDGET),
                new Watched(Kinds.POD, List.of(), DisruptionBudgets::covering),
                Watched.readOnly(Kinds.REPLICA_SET),
                Watched.readOnly(Kinds.REPLICATION_CONTROLLER),
                Watched.readOnly(Kinds.STATEFUL_SET),
                Watched.readOnly(Kinds.DEPLOYMENT));
    }

    private static List<ObjectKey> covering(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject either = after != null ? after : before;
        if (either == null) {
            return List.of();
        }
        List<ObjectKey> keys = new ArrayList<>();
        for (KubeObject budget : view.list(Kinds.POD_DISRUPTION_BUDGET, either.namespace())) {
            LabelSelector selector = selector(budget);
            if (selector.matches(either.labels())
                    || (before != null && selector.matches(before.labels()))) {
                keys.add(budget.key());
            }
        }
        return keys;
    }

    /// An empty selector selects every pod, an absent one none.
    private static LabelSelector selector(KubeObject budget) {
        return budget.spec().has("selector")
                ? LabelSelector.parse(budget.spec().object("selector"))
                : LabelSelector.NOTHING;
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject budget = view.get(Kinds.POD_DISRUPTION_BUDGET, key);
        if (budget == null || budget.isDeleting()) {
            return Plan.NOTHING;
        }
        LabelSelector selector = selector(budget);
        List<KubeObject> pods = new ArrayList<>();
        for (KubeObject pod : view.list(Kinds.POD, key.namespace())) {
            if (!Pods.hasEnded(pod) && selector.matches(pod.labels())) {
                pods.add(pod);
            }
        }
        JsonObject granted = granted(budget, pods, now);
        JsonObject status = status(view, budget, pods, granted, now);
        Plan.Builder plan = Plan.builder();
        if (!status.equals(budget.status())) {
            plan.add(
                    Change.Update.status(
                            Kinds.POD_DISRUPTION_BUDGET, budget.withStatus(_ -> status)));
            if (pods.isEmpty()) {
                plan.add(Change.Emit.normal(budget, "NoPods", "No matching pods found"));
            }
        }
        return granted.isEmpty() ? plan.build() : plan.requeueAfter(GRANTED).build();
    }

    /// Evictions that were granted and whose pods are not yet seen to go.
    private static JsonObject granted(KubeObject budget, List<KubeObject> pods, Instant now) {
        JsonObject kept = JsonObject.EMPTY;
        JsonObject all = budget.status().object("disruptedPods");
        for (KubeObject pod : pods) {
            String since = all.string(pod.name());
            boolean fresh = !since.isEmpty() && Instant.parse(since).plus(GRANTED).isAfter(now);
            if (fresh && !pod.isDeleting()) {
                kept = kept.with(pod.name(), since);
            }
        }
        return kept;
    }

    private static JsonObject status(
            ClusterView view,
            KubeObject budget,
            List<KubeObject> pods,
            JsonObject granted,
            Instant now) {
        long healthy = 0;
        for (KubeObject pod : pods) {
            boolean counts = !pod.isDeleting() && !granted.has(pod.name());
            healthy += counts && Pods.isReady(pod) ? 1 : 0;
        }
        long[] wanted = wanted(view, budget, pods);
        long expected = wanted[0];
        long desired = wanted[1];
        long allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
        JsonObject condition =
                JsonObject.builder()
                        .put("type", "DisruptionAllowed")
                        .put("status", allowed > 0 ? "True" : "False")
                        .put("reason", allowed > 0 ? "SufficientPods" : "InsufficientPods")
                        .put("message", "")
                        .put("observedGeneration", budget.generation())
                        .build();
        JsonObject status =
                budget.status()
                        .with("observedGeneration", budget.generation())
                        .with("disruptionsAllowed", allowed)
                        .with("currentHealthy", healthy)
                        .with("desiredHealthy", desired)
                        .with("expectedPods", expected)
                        .with(
                                "conditions",
                                Conditions.set(
                                        budget.status().array("conditions"), condition, now));
        return granted.isEmpty()
                ? status.without("disruptedPods")
                : status.with("disruptedPods", granted);
    }

    /// How many pods there should be, and how many of them must stay healthy.
    private static long[] wanted(ClusterView view, KubeObject budget, List<KubeObject> pods) {
        Json most = budget.spec().get("maxUnavailable");
        if (most != null && !most.isNull()) {
            long expected = scale(view, pods);
            return new long[] {expected, Math.max(0, expected - scaled(most, expected))};
        }
        Json least = budget.spec().get("minAvailable");
        if (least instanceof JsonString) {
            long expected = scale(view, pods);
            return new long[] {expected, scaled(least, expected)};
        }
        return new long[] {pods.size(), scaled(least, pods.size())};
    }

    /// A percentage is rounded up.
    private static long scaled(@Nullable Json value, long total) {
        return switch (value) {
            case JsonNumber number -> number.longValue();
            case JsonString(String text) when text.matches("[0-9]{1,9}%") ->
                    Math.ceilDiv(Long.parseLong(text.substring(0, text.length() - 1)) * total, 100);
            case null, default -> 0;
        };
    }

    /// The sum of the sizes that the pods' owners are to have.
    private static long scale(ClusterView view, List<KubeObject> pods) {
        Map<String, Long> sizes = new HashMap<>();
        for (KubeObject pod : pods) {
            KubeObject owner = owner(view, pod);
            if (owner != null) {
                sizes.put(owner.uid(), owner.spec().integer("replicas", 1));
            }
        }
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    private static @Nullable KubeObject owner(ClusterView view, KubeObject pod) {
        OwnerReference reference = pod.controller();
        Kind kind = reference == null ? null : SCALED.get(reference.kind());
        if (reference == null || kind == null) {
            return null;
        }
        KubeObject set = view.get(kind, ObjectKey.of(pod.namespace(), reference.name()));
        OwnerReference above = set == null ? null : set.controller();
        return above != null && above.kind().equals("Deployment")
                ? view.get(Kinds.DEPLOYMENT, ObjectKey.of(pod.namespace(), above.name()))
                : set;
    }
}
