package kat.scheduler.plugins;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.placement.Toleration;
import kat.scheduler.ClusterEvent;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;
import kat.scheduler.PodTerms;

/// Keeps pods spread evenly over parts of the cluster.
///
/// Not yet here: the constraints that Kubernetes assumes for pods of Services and workloads that
/// have none of their own.
///
/// **Source:** kube-scheduler `podtopologyspread`.
final class PodTopologySpread implements Plugin.Filter, Plugin.Score {

    private static final String REASON = "node(s) didn't match pod topology spread constraints";

    /// By constraint, the number of pods in each part that counts.
    private final Map<PodTerms.Spread, Map<String, Long>> counts;

    PodTopologySpread() {
        this(new HashMap<>());
    }

    private PodTopologySpread(Map<PodTerms.Spread, Map<String, Long>> counts) {
        this.counts = counts;
    }

    @Override
    public String name() {
        return "PodTopologySpread";
    }

    @Override
    public int weight() {
        return 2;
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return switch (event) {
            case NODE_ADDED, NODE_LABELS_CHANGED, NODE_TAINTS_CHANGED, POD_LEFT, POD_CAME -> true;
            default -> false;
        };
    }

    @Override
    public Filter prepareFilter(PodInfo pod, List<NodeInfo> nodes) {
        return prepare(pod, nodes);
    }

    @Override
    public Score prepareScore(PodInfo pod, List<NodeInfo> nodes) {
        return prepare(pod, nodes);
    }

    private PodTopologySpread prepare(PodInfo pod, List<NodeInfo> nodes) {
        List<PodTerms.Spread> spreads = pod.terms().spreads();
        if (spreads.isEmpty()) {
            return this;
        }
        Map<PodTerms.Spread, Map<String, Long>> found = new HashMap<>();
        for (PodTerms.Spread spread : spreads) {
            Map<String, Long> parts = new HashMap<>();
            for (NodeInfo node : nodes) {
                String part = node.labels().get(spread.topologyKey());
                if (part != null && counts(pod, node, spread)) {
                    parts.merge(part, matching(pod, node, spread), Long::sum);
                }
            }
            found.put(spread, parts);
        }
        return new PodTopologySpread(found);
    }

    /// Whether a node's pods count for a constraint: it has the labels of all constraints of the
    /// same hardness, and is one that the pod could go to as far as the constraint looks at that.
    private static boolean counts(PodInfo pod, NodeInfo node, PodTerms.Spread spread) {
        for (PodTerms.Spread each : pod.terms().spreads()) {
            if (each.isHard() == spread.isHard()
                    && !node.labels().containsKey(each.topologyKey())) {
                return false;
            }
        }
        if (spread.honorsAffinity() && !pod.affinity().demandsMet(node.labels(), node.name())) {
            return false;
        }
        return !spread.honorsTaints() || isTolerated(pod, node);
    }

    private static boolean isTolerated(PodInfo pod, NodeInfo node) {
        for (Toleration.Taint taint : node.taints()) {
            if (!taint.effect().equals("PreferNoSchedule")
                    && pod.tolerations().stream().noneMatch(each -> each.tolerates(taint))) {
                return false;
            }
        }
        return true;
    }

    private static long matching(PodInfo pod, NodeInfo node, PodTerms.Spread spread) {
        String namespace = pod.object().namespace();
        return node.pods().stream()
                .filter(each -> each.object().namespace().equals(namespace))
                .filter(each -> !each.object().isDeleting())
                .filter(each -> spread.selector().matches(each.object().labels()))
                .count();
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        for (PodTerms.Spread spread : pod.terms().spreads()) {
            if (!spread.isHard()) {
                continue;
            }
            String part = node.labels().get(spread.topologyKey());
            if (part == null) {
                return Verdict.never(REASON + " (missing required label)");
            }
            Map<String, Long> parts = counts.getOrDefault(spread, Map.of());
            boolean few = parts.size() < spread.minDomains();
            long least =
                    few ? 0 : parts.values().stream().mapToLong(Long::longValue).min().orElse(0);
            long self = spread.selector().matches(pod.object().labels()) ? 1 : 0;
            if (parts.getOrDefault(part, 0L) + self - least > spread.maxSkew()) {
                return Verdict.notNow(REASON);
            }
        }
        return Verdict.SUITS;
    }

    @Override
    public long score(PodInfo pod, NodeInfo node) {
        double sum = 0;
        for (PodTerms.Spread spread : pod.terms().spreads()) {
            if (spread.isHard()) {
                continue;
            }
            String part = node.labels().get(spread.topologyKey());
            if (part == null) {
                return -1;
            }
            Map<String, Long> parts = counts.getOrDefault(spread, Map.of());
            sum +=
                    parts.getOrDefault(part, 0L) * Math.log(parts.size() + 2.0)
                            + spread.maxSkew()
                            - 1;
        }
        return Math.round(sum);
    }

    /// The fewer the better; nodes that lack a label (−1) come last.
    @Override
    public long[] normalize(long[] scores) {
        long least = Long.MAX_VALUE;
        long most = 0;
        for (long score : scores) {
            if (score >= 0) {
                least = Math.min(least, score);
                most = Math.max(most, score);
            }
        }
        long[] normal = new long[scores.length];
        for (int i = 0; i < scores.length; i++) {
            boolean valid = scores[i] >= 0;
            normal[i] =
                    !valid ? 0 : most == 0 ? HIGHEST : HIGHEST * (most + least - scores[i]) / most;
        }
        return normal;
    }
}
