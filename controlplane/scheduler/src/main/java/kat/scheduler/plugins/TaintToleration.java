package kat.scheduler.plugins;

import kat.api.placement.Toleration;
import kat.scheduler.ClusterEvent;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;

/// Keeps pods off nodes whose taints they do not tolerate, and prefers nodes with fewer taints that
/// merely discourage.
final class TaintToleration implements Plugin.Filter, Plugin.Score {

    @Override
    public String name() {
        return "TaintToleration";
    }

    @Override
    public int weight() {
        return 3;
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return event == ClusterEvent.NODE_ADDED || event == ClusterEvent.NODE_TAINTS_CHANGED;
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        for (Toleration.Taint taint : node.taints()) {
            if (!taint.effect().equals("PreferNoSchedule") && !tolerates(pod, taint)) {
                return Verdict.never("node(s) had untolerated taint(s)");
            }
        }
        return Verdict.SUITS;
    }

    @Override
    public long score(PodInfo pod, NodeInfo node) {
        long discouraging = 0;
        for (Toleration.Taint taint : node.taints()) {
            if (taint.effect().equals("PreferNoSchedule") && !tolerates(pod, taint)) {
                discouraging++;
            }
        }
        return discouraging;
    }

    @Override
    public long[] normalize(long[] scores) {
        return Plugin.Score.scaled(scores, true);
    }

    private static boolean tolerates(PodInfo pod, Toleration.Taint taint) {
        return pod.tolerations().stream().anyMatch(each -> each.tolerates(taint));
    }
}
