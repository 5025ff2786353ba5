package kat.scheduler.plugins;

import kat.scheduler.ClusterEvent;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;

/// Nodes that the pod's node selector and affinity demand, and those it prefers.
final class NodeAffinity implements Plugin.Filter, Plugin.Score {

    @Override
    public String name() {
        return "NodeAffinity";
    }

    @Override
    public int weight() {
        return 2;
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return event == ClusterEvent.NODE_ADDED || event == ClusterEvent.NODE_LABELS_CHANGED;
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        return pod.affinity().demandsMet(node.labels(), node.name())
                ? Verdict.SUITS
                : Verdict.never("node(s) didn't match Pod's node affinity/selector");
    }

    @Override
    public long score(PodInfo pod, NodeInfo node) {
        return pod.affinity().preference(node.labels(), node.name());
    }

    @Override
    public long[] normalize(long[] scores) {
        return Plugin.Score.scaled(scores, false);
    }
}
