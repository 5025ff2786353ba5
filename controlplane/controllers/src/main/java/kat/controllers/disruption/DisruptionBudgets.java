package kat.controllers.disruption;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.selector.LabelSelector;
import kat.api.table.Labels;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;
import kat.controllers.podautoscaler.CustomScales;
import kat.controllers.workload.Conditions;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// Keeps the status of PodDisruptionBudgets.
///
/// **Source:** kube-controller-manager `disruption/disruption.go`.
public final class DisruptionBudgets implements Controller {

    /// So long an eviction that was granted counts before the pod is seen to go.
    private static final Duration GRANTED = Duration.ofMinutes(2);

    /// So long after it could not be told how many pods there should be, it is tried again: no
    /// event tells when an owner that nobody watches can be read again.
    private static final Duration UNKNOWN = Duration.ofMinutes(1);

    private static final String ALLOWED = "DisruptionAllowed";

    private final CustomScales scales;

    /// How many pods there should be, and how many of them must stay healthy.
    private record Wanted(long expected, long desired) {}

    /// @param scales of owners that are custom resources
    public DisruptionBudgets(CustomScales scales) {
        this.scales = scales;
    }

    @Override
    public String name() {
        return "disruption-controller";
    }

    @Override
    public String component() {
        return "controllermanager";
    }

    @Override
    public List<Watched> watches() {
        List<Watched> watches = new ArrayList<>();
        watches.add(Watched.primary(Kinds.POD_DISRUPTION_BUDGET));
        watches.add(new Watched(Kinds.POD, List.of(), DisruptionBudgets::covering));
        OwnersSize.WATCHED.forEach(kind -> watches.add(Watched.readOnly(kind)));
        return watches;
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
        List<Change> told = new ArrayList<>();
        if (pods.isEmpty()) {
            told.add(Change.Emit.normal(budget, "NoPods", "No matching pods found"));
        }
        JsonObject granted = granted(budget, pods, now);
        Plan.Builder plan = Plan.builder();
        JsonObject status =
                switch (size(view, budget, pods)) {
                    case OwnersSize.Known(long size, boolean hasUnowned) -> {
                        if (hasUnowned) {
                            told.add(unmanaged(budget));
                        }
                        yield status(budget, pods, granted, wanted(budget, size), now);
                    }
                    case OwnersSize.Unknown(String why) -> {
                        plan.requeueAfter(UNKNOWN);
                        told.add(
                                Change.Emit.warning(
                                        budget,
                                        "CalculateExpectedPodCountFailed",
                                        "Failed to calculate the number of expected pods: " + why));
                        yield failed(budget, why, now);
                    }
                };
        if (!status.equals(budget.status())) {
            plan.add(
                    Change.Update.status(
                            Kinds.POD_DISRUPTION_BUDGET, budget.withStatus(_ -> status)));
            plan.addAll(told).addAll(overdue(budget, pods, granted));
        }
        return granted.isEmpty() ? plan.build() : plan.requeueAfter(GRANTED).build();
    }

    private static Change unmanaged(KubeObject budget) {
        return Change.Emit.warning(
                budget,
                "UnmanagedPods",
                "Pods selected by this PodDisruptionBudget (selector: "
                        + Labels.asGo(budget.spec().object("selector"))
                        + ") were found to be unmanaged. As a result, the status of the PDB cannot"
                        + " be calculated correctly, which may result in undefined behavior. To"
                        + " account for these pods please set \".spec.minAvailable\" field of the"
                        + " PDB to an integer value.");
    }

    /// As long as nobody knows how many pods there should be, none may go.
    private static JsonObject failed(KubeObject budget, String why, Instant now) {
        JsonObject status = budget.status();
        JsonObject condition = Conditions.of(ALLOWED, "False", "SyncFailed", why);
        if (status.has("observedGeneration")) {
            condition =
                    condition.with("observedGeneration", status.integer("observedGeneration", 0));
        }
        return status.with("disruptionsAllowed", 0)
                .with("currentHealthy", status.integer("currentHealthy", 0))
                .with("desiredHealthy", status.integer("desiredHealthy", 0))
                .with("expectedPods", status.integer("expectedPods", 0))
                .with("conditions", Conditions.set(status.array("conditions"), condition, now));
    }

    /// Tells pods that were granted to go, and are still there.
    private static List<Change> overdue(
            KubeObject budget, List<KubeObject> pods, JsonObject granted) {
        List<Change> told = new ArrayList<>();
        JsonObject all = budget.status().object("disruptedPods");
        for (KubeObject pod : pods) {
            if (all.has(pod.name()) && !granted.has(pod.name()) && !pod.isDeleting()) {
                // Kubernetes names the namespace twice.
                String namespace = budget.namespace();
                told.add(
                        Change.Emit.warning(
                                pod,
                                "NotDeleted",
                                "Pod was expected by PDB %s/%s to be deleted but it wasn't"
                                        .formatted(namespace, namespace)));
            }
        }
        return told;
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
            KubeObject budget,
            List<KubeObject> pods,
            JsonObject granted,
            Wanted wanted,
            Instant now) {
        long healthy = 0;
        for (KubeObject pod : pods) {
            boolean counts = !pod.isDeleting() && !granted.has(pod.name());
            healthy += counts && Pods.isReady(pod) ? 1 : 0;
        }
        long allowed = wanted.expected() <= 0 ? 0 : Math.max(0, healthy - wanted.desired());
        JsonObject condition =
                JsonObject.builder()
                        .put("type", ALLOWED)
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
                        .with("desiredHealthy", wanted.desired())
                        .with("expectedPods", wanted.expected())
                        .with(
                                "conditions",
                                Conditions.set(
                                        budget.status().array("conditions"), condition, now));
        return granted.isEmpty()
                ? status.without("disruptedPods")
                : status.with("disruptedPods", granted);
    }

    /// What a share of is meant; the number of pods where none is.
    private OwnersSize size(ClusterView view, KubeObject budget, List<KubeObject> pods) {
        Json most = budget.spec().get("maxUnavailable");
        boolean isShare =
                (most != null && !most.isNull())
                        || budget.spec().get("minAvailable") instanceof JsonString;
        return isShare
                ? OwnersSize.of(view, scales, pods)
                : new OwnersSize.Known(pods.size(), false);
    }

    private static Wanted wanted(KubeObject budget, long expected) {
        Json most = budget.spec().get("maxUnavailable");
        long desired =
                most != null && !most.isNull()
                        ? Math.max(0, expected - scaled(most, expected))
                        : scaled(budget.spec().get("minAvailable"), expected);
        return new Wanted(expected, desired);
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
}
