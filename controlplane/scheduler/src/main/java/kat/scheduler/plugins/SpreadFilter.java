package kat.scheduler.plugins;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;
import kat.scheduler.PodTerms;

/// Turns nodes away on which a pod would lie too unevenly with its like: one decision's share of
/// [PodTopologySpread].
final class SpreadFilter extends Spreading implements Plugin.Filter {

    private static final String REASON = "node(s) didn't match pod topology spread constraints";

    /// A constraint that must hold, with the number of pods in each part of the cluster.
    private record Counted(PodTerms.Spread spread, Map<String, Long> parts) {

        /// In the part with the fewest pods; none when there are fewer parts than there should be.
        long least() {
            return parts.size() < spread.minDomains()
                    ? 0
                    : parts.values().stream().mapToLong(Long::longValue).min().orElse(0);
        }
    }

    private final List<Counted> constraints = new ArrayList<>();

    SpreadFilter(List<PodTerms.Spread> spreads, PodInfo pod, List<NodeInfo> nodes) {
        List<NodeInfo> counting = new ArrayList<>(nodes);
        for (PodTerms.Spread spread : spreads) {
            counting.removeIf(node -> !node.labels().containsKey(spread.topologyKey()));
        }
        for (PodTerms.Spread spread : spreads) {
            Map<String, Long> parts = new HashMap<>();
            Matching matching = new Matching(spread, pod);
            for (NodeInfo node : counting) {
                String part = node.labels().get(spread.topologyKey());
                if (part != null && includes(spread, pod, node)) {
                    parts.merge(part, matching.on(node), Long::sum);
                }
            }
            constraints.add(new Counted(spread, parts));
        }
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        for (Counted constraint : constraints) {
            PodTerms.Spread spread = constraint.spread();
            String part = node.labels().get(spread.topologyKey());
            if (part == null) {
                return Verdict.never(REASON + " (missing required label)");
            }
            long self = spread.selector().matches(pod.object().labels()) ? 1 : 0;
            long here = constraint.parts().getOrDefault(part, 0L);
            if (here + self - constraint.least() > spread.maxSkew()) {
                return Verdict.notNow(REASON);
            }
        }
        return Verdict.SUITS;
    }
}
