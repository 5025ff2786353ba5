package kat.scheduler.plugins;

import kat.api.placement.Toleration;
import kat.scheduler.ClusterEvent;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;

/// A cordoned node takes no pods but those that tolerate the taint that stands for it.
final class NodeUnschedulable implements Plugin.Filter {

    private static final Toleration.Taint CORDONED =
            new Toleration.Taint("node.kubernetes.io/unschedulable", "", "NoSchedule");

    @Override
    public String name() {
        return "NodeUnschedulable";
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return event == ClusterEvent.NODE_ADDED || event == ClusterEvent.NODE_TAINTS_CHANGED;
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        return !node.unschedulable()
                        || pod.tolerations().stream().anyMatch(each -> each.tolerates(CORDONED))
                ? Verdict.SUITS
                : Verdict.never("node(s) were unschedulable");
    }
}
