package kat.scheduler.plugins;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.scheduler.ClusterEvent;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;

/// A node must have left what the pod requests; among those that have, the emptier is better
/// (strategy `LeastAllocated` over cpu and memory).
final class NodeResourcesFit implements Plugin.Filter, Plugin.Score {

    private static final List<String> SCORED = List.of("cpu", "memory");

    @Override
    public String name() {
        return "NodeResourcesFit";
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return event == ClusterEvent.NODE_ADDED
                || event == ClusterEvent.NODE_ALLOCATABLE_GREW
                || event == ClusterEvent.POD_LEFT;
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        List<String> reasons = new ArrayList<>();
        boolean lasting = false;
        if (node.pods().size() + 1 > node.allocatable().get("pods")) {
            reasons.add("Too many pods");
        }
        for (Map.Entry<String, Long> request : pod.requests().amounts().entrySet()) {
            String resource = request.getKey();
            long wanted = request.getValue();
            long capacity = node.allocatable().get(resource);
            if (wanted > 0 && wanted > capacity - node.requested().get(resource)) {
                reasons.add("Insufficient " + resource);
                lasting |= wanted > capacity;
            }
        }
        return reasons.isEmpty() ? Verdict.SUITS : new Verdict.TurnedAway(reasons, lasting);
    }

    @Override
    public long score(PodInfo pod, NodeInfo node) {
        long sum = 0;
        for (String resource : SCORED) {
            long capacity = node.allocatable().get(resource);
            long taken = node.scoring().get(resource) + pod.scoring().get(resource);
            sum += capacity == 0 || taken > capacity ? 0 : (capacity - taken) * HIGHEST / capacity;
        }
        return sum / SCORED.size();
    }
}
