package kat.scheduler.plugins;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.json.JsonObject;
import kat.scheduler.ClusterEvent;
import kat.scheduler.ClusterObjects;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;
import kat.scheduler.PodTerms;

/// Puts pods near others or apart from them, as both sides ask.
///
/// Cost: one look at each pod of the cluster where the pod itself has terms, else only at those of
/// nodes that hold pods with terms.
///
/// **Source:** kube-scheduler `interpodaffinity`.
final class InterPodAffinity implements Plugin.Filter, Plugin.Score {

    private final ClusterObjects objects;
    private final Weights weights;
    private final Counts counts;

    /// How what other pods say counts.
    ///
    /// @param required by them, 0 to 100
    /// @param ignoresOthers whether they do not count for pods that prefer nothing themselves
    ///
    /// **Source:** `kubescheduler.config.k8s.io/v1` InterPodAffinityArgs.
    private record Weights(long required, boolean ignoresOthers) {

        private static final int MOST = 100;

        static Weights parse(JsonObject arguments) {
            long required = arguments.integer("hardPodAffinityWeight", 1);
            if (required < 0 || required > MOST) {
                throw new IllegalArgumentException(
                        "hardPodAffinityWeight: Invalid value: "
                                + required
                                + ": not in valid range [0, 100]");
            }
            return new Weights(required, arguments.bool("ignorePreferredTermsOfExistingPods"));
        }
    }

    /// How many pods meet a term in a part of the cluster.
    private record Part(String key, String value) {}

    /// What was counted for one pod.
    ///
    /// @param near by part, pods that all terms of the pod match
    /// @param apart by part, pods that a term of the pod does not want
    /// @param theirs by part, pods that do not want this one
    /// @param scores by part, sums of weights
    private record Counts(
            Map<Part, Integer> near,
            Map<Part, Integer> apart,
            Map<Part, Integer> theirs,
            Map<Part, Long> scores) {

        Counts() {
            this(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
        }
    }

    /// @throws IllegalArgumentException when the arguments are wrong
    InterPodAffinity(ClusterObjects objects, JsonObject arguments) {
        this(objects, Weights.parse(arguments), new Counts());
    }

    private InterPodAffinity(ClusterObjects objects, Weights weights, Counts counts) {
        this.objects = objects;
        this.weights = weights;
        this.counts = counts;
    }

    @Override
    public String name() {
        return "InterPodAffinity";
    }

    @Override
    public int weight() {
        return 2;
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return switch (event) {
            case NODE_ADDED, NODE_LABELS_CHANGED, POD_LEFT, POD_CAME, OBJECT_CHANGED -> true;
            default -> false;
        };
    }

    @Override
    public Filter prepareFilter(PodInfo pod, List<NodeInfo> nodes) {
        return prepare(pod, nodes);
    }

    @Override
    public Score prepareScore(PodInfo pod, List<NodeInfo> nodes, List<NodeInfo> suited) {
        return prepare(pod, nodes);
    }

    private InterPodAffinity prepare(PodInfo pod, List<NodeInfo> nodes) {
        boolean own = pod.terms().concernsPods();
        Counts found = new Counts();
        for (NodeInfo node : nodes) {
            if (!own && node.podsWithTerms() == 0) {
                continue;
            }
            for (PodInfo other : node.pods()) {
                count(pod, other, node, found);
            }
        }
        return new InterPodAffinity(objects, weights, found);
    }

    private void count(PodInfo pod, PodInfo other, NodeInfo node, Counts found) {
        PodTerms mine = pod.terms();
        PodTerms theirs = other.terms();
        if (!mine.near().isEmpty()
                && mine.near().stream().allMatch(term -> term.matches(other, objects))) {
            mine.near().forEach(term -> add(found.near(), term, node));
        }
        for (PodTerms.Term term : mine.apart()) {
            if (term.matches(other, objects)) {
                add(found.apart(), term, node);
            }
        }
        for (PodTerms.Term term : theirs.apart()) {
            if (term.matches(pod, objects)) {
                add(found.theirs(), term, node);
            }
        }
        for (PodTerms.Preference each : mine.preferred()) {
            weigh(found, each.term(), each.weight(), other, node);
        }
        if (weights.ignoresOthers() && mine.preferred().isEmpty()) {
            return;
        }
        for (PodTerms.Preference each : theirs.preferred()) {
            weigh(found, each.term(), each.weight(), pod, node);
        }
        for (PodTerms.Term term : theirs.near()) {
            weigh(found, term, weights.required(), pod, node);
        }
    }

    private static void add(Map<Part, Integer> counts, PodTerms.Term term, NodeInfo node) {
        String value = node.labels().get(term.topologyKey());
        if (value != null) {
            counts.merge(new Part(term.topologyKey(), value), 1, Integer::sum);
        }
    }

    private void weigh(
            Counts found, PodTerms.Term term, long weight, PodInfo target, NodeInfo node) {
        String value = node.labels().get(term.topologyKey());
        if (value != null && term.matches(target, objects)) {
            found.scores().merge(new Part(term.topologyKey(), value), weight, Long::sum);
        }
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        if (!isNear(pod, node)) {
            return Verdict.never("node(s) didn't match pod affinity rules");
        }
        for (PodTerms.Term term : pod.terms().apart()) {
            String value = node.labels().get(term.topologyKey());
            if (value != null && counts.apart().containsKey(new Part(term.topologyKey(), value))) {
                return Verdict.notNow("node(s) didn't match pod anti-affinity rules");
            }
        }
        for (Part part : counts.theirs().keySet()) {
            if (part.value().equals(node.labels().get(part.key()))) {
                return Verdict.notNow("node(s) didn't satisfy existing pods anti-affinity rules");
            }
        }
        return Verdict.SUITS;
    }

    private boolean isNear(PodInfo pod, NodeInfo node) {
        boolean all = true;
        for (PodTerms.Term term : pod.terms().near()) {
            String value = node.labels().get(term.topologyKey());
            if (value == null) {
                return false;
            }
            all &= counts.near().containsKey(new Part(term.topologyKey(), value));
        }
        // The first of a group that wants to be near each other may go anywhere.
        return all
                || (counts.near().isEmpty()
                        && pod.terms().near().stream()
                                .allMatch(term -> term.matches(pod, objects)));
    }

    @Override
    public long score(PodInfo pod, NodeInfo node) {
        long sum = 0;
        for (var entry : counts.scores().entrySet()) {
            Part part = entry.getKey();
            boolean here = part.value().equals(node.labels().get(part.key()));
            sum += here ? entry.getValue() : 0;
        }
        return sum;
    }

    @Override
    public long[] normalize(long[] scores) {
        long least = Long.MAX_VALUE;
        long most = Long.MIN_VALUE;
        for (long score : scores) {
            least = Math.min(least, score);
            most = Math.max(most, score);
        }
        long[] normal = new long[scores.length];
        for (int i = 0; i < scores.length && most > least; i++) {
            normal[i] = HIGHEST * (scores[i] - least) / (most - least);
        }
        return normal;
    }
}
