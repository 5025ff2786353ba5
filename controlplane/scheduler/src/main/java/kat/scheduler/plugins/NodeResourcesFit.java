package kat.scheduler.plugins;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.JsonObject;
import kat.scheduler.ClusterEvent;
import kat.scheduler.ClusterObjects;
import kat.scheduler.ExtendedResources;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;
import kat.scheduler.Resources;

/// A node must have left what the pod requests; among those that have, the emptier is better
/// unless another strategy is chosen.
///
/// **Source:** kube-scheduler `noderesources/fit.go`; `kubescheduler.config.k8s.io/v1`
/// NodeResourcesFitArgs.
final class NodeResourcesFit implements Plugin.Filter, Plugin.Score {

    private final Set<String> ignored;
    private final Set<String> ignoredGroups;
    private final ScoredResources resources;
    private final FitStrategy strategy;
    private final ExtendedResources devices;

    /// @throws IllegalArgumentException when the arguments are wrong
    NodeResourcesFit(ClusterObjects objects, JsonObject arguments) {
        this.devices = new ExtendedResources(objects);
        this.ignored = new HashSet<>(arguments.array("ignoredResources").strings());
        this.ignoredGroups = new HashSet<>(arguments.array("ignoredResourceGroups").strings());
        for (String group : ignoredGroups) {
            if (group.contains("/")) {
                throw new IllegalArgumentException(
                        "ignoredResourceGroups: Invalid value: \""
                                + group
                                + "\": resource group name can't contain '/'");
            }
        }
        JsonObject scoring = arguments.object("scoringStrategy");
        this.resources = ScoredResources.parse(scoring, "scoringStrategy.");
        this.strategy = FitStrategy.parse(scoring);
    }

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
                || event == ClusterEvent.POD_LEFT
                || event == ClusterEvent.DEVICES_CHANGED;
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        List<String> reasons = new ArrayList<>();
        boolean lasting = false;
        if (node.pods().size() + 1 > node.allocatable().get("pods")) {
            reasons.add("Too many pods");
        }
        Resources requests = pod.requests();
        for (int i = 0; i < requests.size(); i++) {
            String resource = requests.name(i);
            long wanted = requests.amount(i);
            long capacity = node.allocatable().get(resource);
            if (wanted > capacity - node.requested().get(resource)
                    && wanted > 0
                    && !isIgnored(resource)
                    && (capacity > 0 || devices.classOf(resource) == null)) {
                reasons.add("Insufficient " + resource);
                lasting |= wanted > capacity;
            }
        }
        return reasons.isEmpty() ? Verdict.SUITS : new Verdict.TurnedAway(reasons, lasting);
    }

    /// Only extended resources can be left to others.
    private boolean isIgnored(String resource) {
        int slash = resource.indexOf('/');
        return slash > 0
                && (ignored.contains(resource)
                        || ignoredGroups.contains(resource.substring(0, slash)));
    }

    @Override
    public long score(PodInfo pod, NodeInfo node) {
        return strategy.score(resources.shares(pod, node, true));
    }
}
