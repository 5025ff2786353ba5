package kat.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import org.jspecify.annotations.Nullable;

/// Finds the node on which the least harm makes room for a pod: all pods of lower priority are
/// taken away in thought, and put back one after another, the most important first, as long as the
/// pod still fits.
///
/// Among nodes the fewest broken budgets decide, then the lowest highest priority, the lowest sum
/// of priorities, the fewest victims, and the latest start of the most important victim.
///
/// Cost: filters × victims for each of as many nodes as [Limits] say.
///
/// **Source:** kube-scheduler `preemption.go` and `defaultpreemption`.
final class Preemption {

    static final String NAME = "DefaultPreemption";

    private static final Kind BUDGET = Kinds.POD_DISRUPTION_BUDGET;

    private static final Comparator<PodInfo> IMPORTANCE =
            Comparator.comparingLong((PodInfo pod) -> -pod.priority())
                    .thenComparing(Preemption::startTime)
                    .thenComparing(PodInfo::uid);

    private final List<Plugin.Filter> filters;
    private final ClusterObjects objects;
    private final Limits limits;
    private final Map<String, Integer> refusals = new TreeMap<>();

    /// @param broken how many budgets forbid a victim's going
    record Choice(String node, List<PodInfo> victims, int broken) {
        Choice {
            victims = List.copyOf(victims);
        }
    }

    /// How many nodes are tried.
    ///
    /// @param percent of the cluster's nodes, 0 to 100
    /// @param least however few those are
    ///
    /// **Source:** `kubescheduler.config.k8s.io/v1` DefaultPreemptionArgs.
    record Limits(long percent, long least) {

        private static final int ALL = 100;
        private static final String PERCENT = "minCandidateNodesPercentage";
        private static final String LEAST = "minCandidateNodesAbsolute";

        static final Limits USUAL = parse(JsonObject.EMPTY);

        /// @throws IllegalArgumentException when the arguments are wrong
        static Limits parse(JsonObject arguments) {
            long percent = arguments.integer(PERCENT, 10);
            long least = arguments.integer(LEAST, 100);
            if (percent < 0 || percent > ALL) {
                throw invalid(PERCENT, percent, "not in valid range [0, 100]");
            }
            if (least < 0) {
                throw invalid(LEAST, least, "not in valid range [0, inf)");
            }
            if (percent == 0 && least == 0) {
                throw invalid(PERCENT, 0, "cannot be zero at the same time as " + LEAST);
            }
            return new Limits(percent, least);
        }

        private static IllegalArgumentException invalid(String field, long value, String why) {
            return new IllegalArgumentException(field + ": Invalid value: " + value + ": " + why);
        }

        long of(int nodes) {
            return Math.max(nodes * percent / ALL, least);
        }
    }

    Preemption(List<Plugin.Filter> filters, ClusterObjects objects, Limits limits) {
        this.filters = filters;
        this.objects = objects;
        this.limits = limits;
    }

    boolean isAllowed(PodInfo pod) {
        return !pod.object().spec().string("preemptionPolicy").equals("Never");
    }

    /// Why nodes did not help, each with the number of nodes.
    Map<String, Integer> refusals() {
        return refusals;
    }

    /// @param hopeful nodes that turned the pod away for reasons that may pass
    @Nullable Choice choose(PodInfo pod, List<NodeInfo> nodes, List<NodeInfo> hopeful) {
        Choice best = null;
        int candidates = 0;
        long most = limits.of(nodes.size());
        for (NodeInfo node : hopeful) {
            Choice choice = candidates < most ? victims(pod, node, new ArrayList<>(nodes)) : null;
            if (choice != null) {
                candidates++;
                best = best == null || HARM.compare(choice, best) < 0 ? choice : best;
            }
        }
        return best;
    }

    private static final Comparator<Choice> HARM =
            Comparator.comparingInt(Choice::broken)
                    .thenComparingLong(choice -> choice.victims().getFirst().priority())
                    .thenComparingLong(
                            choice ->
                                    choice.victims().stream()
                                            .mapToLong(each -> each.priority() + (1L << 31))
                                            .sum())
                    .thenComparingInt(choice -> choice.victims().size())
                    .thenComparing(
                            choice -> startTime(choice.victims().getFirst()),
                            Comparator.reverseOrder());

    /// A pod that has not started yet is the youngest.
    private static String startTime(PodInfo pod) {
        return pod.object().status().string("startTime", "9999-12-31T23:59:59Z");
    }

    private @Nullable Choice victims(PodInfo pod, NodeInfo node, List<NodeInfo> nodes) {
        int place = nodes.indexOf(node);
        List<PodInfo> lower = new ArrayList<>();
        NodeInfo emptied = node;
        for (PodInfo other : node.pods()) {
            if (other.priority() < pod.priority()) {
                lower.add(other);
                emptied = emptied.without(other);
            }
        }
        if (lower.isEmpty()) {
            refuse("No preemption victims found for incoming pod");
            return null;
        }
        List<String> reasons = objections(pod, emptied, place, nodes);
        if (!reasons.isEmpty()) {
            reasons.forEach(this::refuse);
            return null;
        }
        lower.sort(IMPORTANCE);
        List<PodInfo> protectedPods = protectedBy(budgets(), lower);
        List<PodInfo> ordered = new ArrayList<>(protectedPods);
        lower.stream().filter(each -> !protectedPods.contains(each)).forEach(ordered::add);
        List<PodInfo> victims = new ArrayList<>();
        NodeInfo filled = emptied;
        for (PodInfo each : ordered) {
            NodeInfo with = filled.with(each);
            if (objections(pod, with, place, nodes).isEmpty()) {
                filled = with;
            } else {
                victims.add(each);
            }
        }
        if (victims.isEmpty()) {
            return null;
        }
        int broken = (int) victims.stream().filter(protectedPods::contains).count();
        victims.sort(IMPORTANCE);
        return new Choice(node.name(), victims, broken);
    }

    private void refuse(String reason) {
        refusals.merge(reason, 1, Integer::sum);
    }

    private List<String> objections(PodInfo pod, NodeInfo node, int place, List<NodeInfo> nodes) {
        nodes.set(place, node);
        for (Plugin.Filter filter : filters) {
            switch (filter.prepareFilter(pod, nodes).filter(pod, node)) {
                case Plugin.Verdict.TurnedAway(var why, _) -> {
                    return why;
                }
                case Plugin.Verdict.Failed(String why) -> {
                    return List.of(why);
                }
                case Plugin.Verdict.Suits _ -> {
                    // The next one may object.
                }
            }
        }
        return List.of();
    }

    private List<KubeObject> budgets() {
        return objects.list(BUDGET, "");
    }

    /// Pods that a budget does not allow to go, given that those before them go.
    private static List<PodInfo> protectedBy(List<KubeObject> budgets, List<PodInfo> pods) {
        Map<String, Long> left = new HashMap<>();
        List<PodInfo> found = new ArrayList<>();
        for (PodInfo pod : pods) {
            boolean isProtected = false;
            for (KubeObject budget : budgets) {
                if (!budget.namespace().equals(pod.object().namespace())
                        || budget.status().object("disruptedPods").has(pod.object().name())
                        || !selector(budget).matches(pod.object().labels())) {
                    continue;
                }
                long allowed = budget.status().integer("disruptionsAllowed", 0);
                long rest = left.merge(budget.uid(), allowed - 1, (known, _) -> known - 1);
                isProtected |= rest < 0;
            }
            if (isProtected) {
                found.add(pod);
            }
        }
        return found;
    }

    /// An empty one protects nothing from pre-emption, though it does from eviction.
    private static LabelSelector selector(KubeObject budget) {
        JsonObject selector = budget.spec().object("selector");
        boolean isEmpty =
                selector.object("matchLabels").isEmpty()
                        && selector.array("matchExpressions").isEmpty();
        return isEmpty ? LabelSelector.NOTHING : LabelSelector.parse(selector);
    }
}
