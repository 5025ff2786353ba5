package kat.controllers.podautoscaler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;
import kat.controllers.podautoscaler.Proposals.Proposal;
import kat.controllers.podautoscaler.Stabilizer.Limits;
import kat.controllers.podautoscaler.Stabilizer.Outcome;
import kat.controllers.workload.Conditions;
import org.jspecify.annotations.Nullable;

/// Looks at each autoscaler every 15 s, for the first time 15 s after it was seen: what its metrics
/// propose, how far that is followed, and scales its target. A change of its spec waits for the
/// next look.
///
/// Unlike other controllers this one asks for what no object holds, and remembers what it proposed
/// in the last minutes, and when it looks next. All that stays in [Metrics], [Stabilizer] and a
/// map of times; the rest is pure.
///
/// **Source:** kube-controller-manager `podautoscaler/horizontal.go`. `HPAScaleToZero` is alpha
/// and off in 1.36, so it is not here.
public final class HorizontalPodAutoscalers implements Controller {

    private static final Kind AUTOSCALER =
            Kinds.builtIn().require("autoscaling/v2", "HorizontalPodAutoscaler");
    private static final Duration PERIOD = Duration.ofSeconds(15);

    private final Metrics metrics;
    private final CustomScales scales;
    private final Map<String, Stabilizer> memory = new ConcurrentHashMap<>();
    private final Map<String, Instant> nextLooks = new ConcurrentHashMap<>();
    private final Rivals rivals = new Rivals();

    /// @param scales of targets that are custom resources
    public HorizontalPodAutoscalers(Metrics metrics, CustomScales scales) {
        this.metrics = metrics;
        this.scales = scales;
    }

    @Override
    public String name() {
        return "horizontal-pod-autoscaler";
    }

    @Override
    public List<Watched> watches() {
        List<Watched> watches = new ArrayList<>();
        watches.add(new Watched(AUTOSCALER, List.of(), this::changed));
        ScaleTarget.KINDS.forEach(kind -> watches.add(Watched.readOnly(kind)));
        watches.add(Watched.readOnly(Kinds.POD));
        return watches;
    }

    /// What it wrote itself does not wake it: its next look comes by the clock.
    private List<ObjectKey> changed(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        if (after == null) {
            if (before != null) {
                memory.remove(before.uid());
                nextLooks.remove(before.uid());
                return List.of(before.key());
            }
            return List.of();
        }
        boolean same = before != null && before.spec().equals(after.spec());
        return same ? List.of() : List.of(after.key());
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject autoscaler = view.get(AUTOSCALER, key);
        if (autoscaler == null || autoscaler.isDeleting()) {
            rivals.forget(key);
            return Plan.NOTHING;
        }
        Instant due = nextLooks.computeIfAbsent(autoscaler.uid(), _ -> now.plus(PERIOD));
        if (now.isBefore(due)) {
            return Plan.builder().requeueAfter(Duration.between(now, due)).build();
        }
        nextLooks.put(autoscaler.uid(), now.plus(PERIOD));
        Round round = new Round(autoscaler, now);
        try {
            ScaleTarget target = ScaleTarget.find(view, scales, autoscaler);
            round.able(
                    "True",
                    "SucceededGetScale",
                    "the HPA controller was able to get the" + " target's current scale");
            round.scale(view, target);
        } catch (MetricFault e) {
            round.events.add(Change.Emit.warning(autoscaler, "FailedGetScale", e.text()));
            round.able(
                    "False",
                    "FailedGetScale",
                    "the HPA controller was unable to get the target's current scale: " + e.text());
        }
        return round.plan();
    }

    /// One look at one autoscaler.
    private final class Round {

        private final KubeObject autoscaler;
        private final JsonObject spec;
        private final Instant now;
        private final Stabilizer stabilizer;
        private final List<Change> events = new ArrayList<>();
        private @Nullable Change scaling;
        private JsonObject status;

        Round(KubeObject autoscaler, Instant now) {
            this.autoscaler = autoscaler;
            this.spec = autoscaler.spec();
            this.now = now;
            this.status = autoscaler.status();
            this.stabilizer = memory.computeIfAbsent(autoscaler.uid(), _ -> new Stabilizer());
        }

        private void condition(String type, String value, Stabilizer.Why why) {
            JsonArray conditions =
                    Conditions.set(
                            status.array("conditions"),
                            Conditions.of(type, value, why.reason(), why.message()),
                            now);
            status = status.with("conditions", conditions);
        }

        void able(String value, String reason, String message) {
            condition("AbleToScale", value, new Stabilizer.Why(reason, message));
        }

        private void active(String value, String reason, String message) {
            condition("ScalingActive", value, new Stabilizer.Why(reason, message));
        }

        Plan plan() {
            Plan.Builder plan = Plan.builder();
            if (scaling != null) {
                plan.add(scaling);
            }
            if (!status.equals(autoscaler.status())) {
                JsonObject next = status;
                plan.add(Change.Update.status(AUTOSCALER, autoscaler.withStatus(_ -> next)));
            }
            return plan.addAll(events).requeueAfter(PERIOD).build();
        }

        void scale(ClusterView view, ScaleTarget target) {
            long current = target.specReplicas();
            long least = spec.integer("minReplicas", 1);
            long most = spec.integer("maxReplicas", 1);
            stabilizer.begin(current, now);
            if (current == 0) {
                active(
                        "False",
                        "ScalingDisabled",
                        "scaling is disabled since the replica count of the target is zero");
                write(current, current, JsonArray.EMPTY);
            } else if (current > most) {
                rescale(target, most, "Current number of replicas above Spec.MaxReplicas");
            } else if (current < least) {
                rescale(target, least, "Current number of replicas below Spec.MinReplicas");
            } else {
                byMetrics(view, target, new Limits(least, most));
            }
        }

        private void byMetrics(ClusterView view, ScaleTarget target, Limits limits) {
            long current = target.specReplicas();
            JsonArray told = JsonArray.EMPTY;
            Proposal best = null;
            List<JsonObject> wanted = spec.array("metrics").objects();
            List<MetricFault> faults = new ArrayList<>();
            String firstReason = "";
            if (!target.hasSelector()) {
                refused(
                        new Stabilizer.Why("SelectorRequired", "selector is required"),
                        new Stabilizer.Why(
                                "InvalidSelector", "the HPA target's scale is missing a selector"));
                keep(current, told);
                return;
            }
            List<KubeObject> pods =
                    Proposals.select(
                            view.list(Kinds.POD, target.key().namespace()), target.selector());
            rivals.note(autoscaler.key(), target.selector());
            List<ObjectKey> scaling = rivals.of(autoscaler.namespace(), pods);
            if (scaling.size() > 1) {
                Stabilizer.Why why = ambiguous(target, scaling);
                refused(why, why);
                keep(current, told);
                return;
            }
            Proposals proposals = proposals(target, pods);
            for (JsonObject metric : wanted) {
                try {
                    Proposal proposal = proposals.of(metric);
                    told = told.with(proposal.status());
                    best = best == null || proposal.replicas() > best.replicas() ? proposal : best;
                } catch (MetricFault e) {
                    String reason = Proposals.failure(metric);
                    events.add(Change.Emit.warning(autoscaler, reason, e.text()));
                    firstReason = faults.isEmpty() ? reason : firstReason;
                    faults.add(described(metric, e));
                }
            }
            boolean some = !faults.isEmpty();
            if (best == null || (some && best.replicas() < current)) {
                failed(firstReason, faults, wanted.size());
                keep(current, told);
                return;
            }
            active(
                    "True",
                    "ValidMetricFound",
                    "the HPA was able to successfully calculate a replica count from "
                            + best.name());
            follow(target, best, limits, told);
        }

        /// The pods cannot be told, so nothing can be proposed.
        ///
        /// @param event why, as an event tells it
        private void refused(Stabilizer.Why event, Stabilizer.Why condition) {
            condition("ScalingActive", "False", condition);
            events.add(Change.Emit.warning(autoscaler, event.reason(), event.message()));
            events.add(
                    Change.Emit.warning(
                            autoscaler, "FailedComputeMetricsReplicas", event.message()));
        }

        private static Stabilizer.Why ambiguous(ScaleTarget target, List<ObjectKey> scaling) {
            String who =
                    scaling.stream()
                            .map(each -> "{" + each.name() + " " + each.namespace() + "}")
                            .collect(Collectors.joining(" "));
            return new Stabilizer.Why(
                    "AmbiguousSelector",
                    "pods by selector "
                            + target.selectorText()
                            + " are controlled by multiple HPAs: ["
                            + who
                            + "]");
        }

        private Proposals proposals(ScaleTarget target, List<KubeObject> pods) {
            Tolerance tolerance = Tolerance.of(spec.object("behavior"));
            return new Proposals(
                    metrics,
                    target,
                    pods,
                    new ReplicaCalculator(pods, target.specReplicas(), tolerance, now));
        }

        private MetricFault described(JsonObject metric, MetricFault fault) {
            return switch (metric.string("type")) {
                case "Resource" ->
                        fault.when(
                                "failed to get "
                                        + metric.object("resource").string("name")
                                        + " resource metric value");
                case "ContainerResource" ->
                        fault.when(
                                "failed to get "
                                        + metric.object("containerResource").string("container")
                                        + " container metric value");
                case "Pods" -> fault.when("failed to get pods metric value");
                case "Object" -> fault.when("failed to get object metric value");
                default ->
                        fault.when(
                                "failed to get "
                                        + metric.at("external", "metric").string("name")
                                        + " external metric value");
            };
        }

        private void failed(String reason, List<MetricFault> faults, int all) {
            String first = faults.getFirst().text();
            // The condition tells the metric's own words, the event the sum.
            String own = first.substring(first.indexOf(" value: ") + " value: ".length());
            active("False", reason, "the HPA was unable to compute the replica count: " + own);
            events.add(
                    Change.Emit.warning(
                            autoscaler,
                            "FailedComputeMetricsReplicas",
                            "invalid metrics (%d invalid out of %d), first error is: %s"
                                    .formatted(faults.size(), all, first)));
        }

        private void follow(ScaleTarget target, Proposal best, Limits limits, JsonArray told) {
            long current = target.specReplicas();
            Outcome outcome =
                    stabilizer.follow(
                            spec.object("behavior"), current, best.replicas(), limits, now);
            condition("AbleToScale", "True", outcome.able());
            condition("ScalingLimited", outcome.isLimited() ? "True" : "False", outcome.limited());
            if (outcome.replicas() == current) {
                write(current, current, told);
                return;
            }
            String why =
                    best.replicas() > current
                            ? best.name() + " above target"
                            : "All metrics below target";
            rescale(target, outcome.replicas(), why);
            write(current, outcome.replicas(), told);
        }

        private void rescale(ScaleTarget target, long replicas, String why) {
            scaling =
                    target.scaledTo(replicas, refused -> notScaled(target, replicas, why, refused));
            stabilizer.scaled(target.specReplicas(), replicas, now);
            able(
                    "True",
                    "SucceededRescale",
                    "the HPA controller was able to update the target scale to " + replicas);
            events.add(
                    Change.Emit.normal(
                            autoscaler,
                            "SuccessfulRescale",
                            "New size: " + replicas + "; reason: " + why));
            write(target.specReplicas(), replicas, JsonArray.EMPTY);
            status = status.with("lastScaleTime", Conditions.seconds(now));
        }

        /// Somebody who wrote at the same time is nothing to tell of: it is tried again.
        private List<Change> notScaled(
                ScaleTarget target, long replicas, String why, Status refused) {
            stabilizer.takeBack(target.specReplicas(), replicas);
            if (refused.reason().equals("Conflict")) {
                return List.of();
            }
            able(
                    "False",
                    "FailedUpdateScale",
                    "the HPA controller was unable to update the target scale: "
                            + refused.message());
            JsonObject before = autoscaler.status();
            String scaled = before.string("lastScaleTime");
            JsonObject tried = status.with("desiredReplicas", before.integer("desiredReplicas", 0));
            JsonObject next =
                    scaled.isEmpty()
                            ? tried.without("lastScaleTime")
                            : tried.with("lastScaleTime", scaled);
            return List.of(
                    Change.Emit.warning(
                            autoscaler,
                            "FailedRescale",
                            "New size: %d; reason: %s; error: %s"
                                    .formatted(replicas, why, refused.message())),
                    Change.Update.status(AUTOSCALER, autoscaler.withStatus(_ -> next)));
        }

        private void keep(long current, JsonArray told) {
            write(current, status.integer("desiredReplicas", 0), told);
        }

        private void write(long current, long desired, JsonArray told) {
            status =
                    status.with("currentReplicas", current)
                            .with("desiredReplicas", desired)
                            .with("currentMetrics", told.isEmpty() ? JsonNull.NULL : told);
        }
    }
}
