package kat.scheduler.plugins;

import java.util.Set;
import kat.api.json.JsonObject;
import kat.api.placement.NodeAffinityTerms;
import kat.scheduler.ClusterEvent;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;
import org.jspecify.annotations.Nullable;

/// Nodes that the pod's node selector and affinity demand, and those it prefers; a profile may add
/// demands of its own to all its pods.
///
/// **Source:** kube-scheduler `nodeaffinity`; `kubescheduler.config.k8s.io/v1` NodeAffinityArgs.
final class NodeAffinity implements Plugin.Filter, Plugin.Condition, Plugin.Score {

    private final NodeAffinityTerms added;

    NodeAffinity(JsonObject arguments) {
        JsonObject affinity = JsonObject.of("nodeAffinity", arguments.object("addedAffinity"));
        this.added = NodeAffinityTerms.parse(JsonObject.of("affinity", affinity));
    }

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
    public @Nullable String objection(PodInfo pod) {
        Set<String> named = pod.affinity().named();
        return named != null && named.isEmpty() ? "pod affinity terms conflict" : null;
    }

    @Override
    public @Nullable Set<String> only(PodInfo pod) {
        return pod.affinity().named();
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        if (!added.demandsMet(node.labels(), node.name())) {
            return Verdict.never("node(s) didn't match scheduler-enforced node affinity");
        }
        return pod.affinity().demandsMet(node.labels(), node.name())
                ? Verdict.SUITS
                : Verdict.never("node(s) didn't match Pod's node affinity/selector");
    }

    @Override
    public long score(PodInfo pod, NodeInfo node) {
        return added.preference(node.labels(), node.name())
                + pod.affinity().preference(node.labels(), node.name());
    }

    @Override
    public long[] normalize(long[] scores) {
        return Plugin.Score.scaled(scores, false);
    }
}
