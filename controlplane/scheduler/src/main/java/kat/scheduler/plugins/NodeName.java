package kat.scheduler.plugins;

import kat.scheduler.ClusterEvent;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;

/// A pod that names its node goes nowhere else.
final class NodeName implements Plugin.Filter {

    @Override
    public String name() {
        return "NodeName";
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return event == ClusterEvent.NODE_ADDED;
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        return pod.nodeName().isEmpty() || pod.nodeName().equals(node.name())
                ? Verdict.SUITS
                : Verdict.never("node(s) didn't match the requested node name");
    }
}
