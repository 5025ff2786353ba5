package kat.scheduler.plugins;

import kat.scheduler.ClusterEvent;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;

/// A port of the machine belongs to one pod at a time.
final class NodePorts implements Plugin.Filter {

    @Override
    public String name() {
        return "NodePorts";
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return event == ClusterEvent.NODE_ADDED || event == ClusterEvent.POD_LEFT;
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        if (pod.ports().isEmpty()) {
            return Verdict.SUITS;
        }
        for (PodInfo other : node.pods()) {
            for (PodInfo.HostPort taken : other.ports()) {
                if (pod.ports().stream().anyMatch(taken::clashesWith)) {
                    return Verdict.notNow(
                            "node(s) didn't have free ports for the requested pod ports");
                }
            }
        }
        return Verdict.SUITS;
    }
}
