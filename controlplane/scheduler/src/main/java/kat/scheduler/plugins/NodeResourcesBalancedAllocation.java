package kat.scheduler.plugins;

import kat.scheduler.ClusterEvent;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;

/// Prefers nodes on which cpu and memory would be taken to a like share, so that neither is left
/// over alone.
final class NodeResourcesBalancedAllocation implements Plugin.Score {

    @Override
    public String name() {
        return "NodeResourcesBalancedAllocation";
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return false;
    }

    @Override
    public long score(PodInfo pod, NodeInfo node) {
        double cpu = share("cpu", pod, node);
        double memory = share("memory", pod, node);
        // Of two shares the standard deviation is half their distance.
        return (long) ((1 - Math.abs(cpu - memory) / 2) * HIGHEST);
    }

    private static double share(String resource, PodInfo pod, NodeInfo node) {
        long capacity = node.allocatable().get(resource);
        if (capacity == 0) {
            return 1;
        }
        long taken = node.requested().get(resource) + pod.requests().get(resource);
        return Math.min(1, taken / (double) capacity);
    }
}
