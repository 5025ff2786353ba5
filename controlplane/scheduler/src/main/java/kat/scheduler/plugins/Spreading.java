package kat.scheduler.plugins;

import kat.api.placement.Toleration;
import kat.scheduler.ClusterEvent;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;
import kat.scheduler.PodTerms;

/// What filter and score of PodTopologySpread have in common.
abstract class Spreading implements Plugin {

    static final String HOSTNAME = "kubernetes.io/hostname";
    static final String ZONE = "topology.kubernetes.io/zone";

    @Override
    public final String name() {
        return "PodTopologySpread";
    }

    @Override
    public final boolean mayHelp(ClusterEvent event) {
        return switch (event) {
            case NODE_ADDED, NODE_LABELS_CHANGED, NODE_TAINTS_CHANGED, POD_LEFT, POD_CAME -> true;
            default -> false;
        };
    }

    /// Whether a node's pods count for a constraint: it is one that the pod could go to, as far as
    /// the constraint looks at that.
    static boolean includes(PodTerms.Spread spread, PodInfo pod, NodeInfo node) {
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
}
