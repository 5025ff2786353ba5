package kat.scheduler.plugins;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;
import kat.scheduler.PodTerms;

/// Prefers nodes on which a pod lies evenly with its like: one decision's share of
/// [PodTopologySpread]. A constraint weighs the more, the more parts it tells apart.
final class SpreadScore extends Spreading implements Plugin.Score {

    private static final long IGNORED = -1;

    /// A constraint that should hold.
    ///
    /// @param parts number of pods in each part that has a candidate; empty for host names, whose
    ///     pods are counted where a node is scored
    private record Counted(
            PodTerms.Spread spread, Matching matching, Map<String, Long> parts, double weight) {

        boolean isByHost() {
            return spread.topologyKey().equals(HOSTNAME);
        }
    }

    private final List<Counted> constraints = new ArrayList<>();
    private final boolean needsAll;

    /// @param nodes of the cluster
    /// @param suited those that can be chosen
    /// @param needsAll whether nodes without the labels of all constraints count for nothing
    SpreadScore(
            List<PodTerms.Spread> spreads,
            PodInfo pod,
            List<NodeInfo> nodes,
            List<NodeInfo> suited,
            boolean needsAll) {
        this.needsAll = needsAll;
        int candidates = 0;
        for (NodeInfo node : suited) {
            candidates += hasLabels(node, spreads) ? 1 : 0;
        }
        for (PodTerms.Spread spread : spreads) {
            Matching matching = new Matching(spread, pod);
            if (spread.topologyKey().equals(HOSTNAME)) {
                constraints.add(new Counted(spread, matching, Map.of(), weight(candidates)));
                continue;
            }
            Map<String, Long> parts = new HashMap<>();
            int without = 0; // nodes in no part are one more
            for (NodeInfo node : suited) {
                String part = node.labels().get(spread.topologyKey());
                if (part == null) {
                    without = needsAll ? 0 : 1;
                } else if (hasLabels(node, spreads)) {
                    parts.put(part, 0L);
                }
            }
            for (NodeInfo node : nodes) {
                String part = node.labels().get(spread.topologyKey());
                if (part != null
                        && parts.containsKey(part)
                        && hasLabels(node, spreads)
                        && includes(spread, pod, node)) {
                    parts.merge(part, matching.on(node), Long::sum);
                }
            }
            constraints.add(new Counted(spread, matching, parts, weight(parts.size() + without)));
        }
    }

    private boolean hasLabels(NodeInfo node, List<PodTerms.Spread> spreads) {
        return !needsAll
                || spreads.stream()
                        .allMatch(spread -> node.labels().containsKey(spread.topologyKey()));
    }

    private static double weight(int parts) {
        return Math.log(parts + 2.0);
    }

    @Override
    public int weight() {
        return PodTopologySpread.WEIGHT;
    }

    @Override
    public long score(PodInfo pod, NodeInfo node) {
        double sum = 0;
        for (Counted constraint : constraints) {
            PodTerms.Spread spread = constraint.spread();
            String part = node.labels().get(spread.topologyKey());
            if (part != null) {
                long count =
                        constraint.isByHost()
                                ? constraint.matching().on(node)
                                : constraint.parts().getOrDefault(part, 0L);
                sum += count * constraint.weight() + spread.maxSkew() - 1;
            } else if (needsAll) {
                return IGNORED;
            }
        }
        return Math.round(sum);
    }

    /// The fewer the better; nodes that lack a label come last.
    @Override
    public long[] normalize(long[] scores) {
        long least = Long.MAX_VALUE;
        long most = 0;
        for (long score : scores) {
            if (score != IGNORED) {
                least = Math.min(least, score);
                most = Math.max(most, score);
            }
        }
        long[] normal = new long[scores.length];
        for (int i = 0; i < scores.length; i++) {
            boolean counts = scores[i] != IGNORED;
            long relative = most == 0 ? HIGHEST : HIGHEST * (most + least - scores[i]) / most;
            normal[i] = counts ? relative : 0;
        }
        return normal;
    }
}
