package kat.scheduler;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.StatusException;
import kat.scheduler.extender.HttpExtender;
import org.jspecify.annotations.Nullable;

/// The extenders of a scheduler, asked one after the other, each about what those before left.
///
/// **Source:** kube-scheduler `schedule_one.go`, `findNodesThatPassExtenders`,
/// `prioritizeNodes` and `extendersBinding`.
record Extenders(List<HttpExtender> all, ClusterObjects objects) {

    /// What is said to have turned nodes away that an extender did not take.
    static final String NAME = "Extender";

    private static final Logger LOG = System.getLogger("kat.scheduler");

    Extenders {
        all = List.copyOf(all);
    }

    /// @param suited nodes that are left
    /// @param hopeful nodes that were refused for reasons that may pass
    /// @param reasons for people, one for each node that was refused
    /// @param failure why nothing can be told; null when it can
    record Verdict(
            List<NodeInfo> suited,
            List<NodeInfo> hopeful,
            List<String> reasons,
            @Nullable String failure) {
        Verdict {
            suited = List.copyOf(suited);
            hopeful = List.copyOf(hopeful);
            reasons = List.copyOf(reasons);
        }
    }

    private @Nullable KubeObject node(String name) {
        return objects.get(Kinds.NODE, ObjectKey.of("", name));
    }

    private static List<String> names(List<NodeInfo> nodes) {
        return nodes.stream().map(NodeInfo::name).toList();
    }

    /// @param nodes that all filters let pass
    Verdict judge(PodInfo pod, List<NodeInfo> nodes) {
        List<NodeInfo> left = nodes;
        List<NodeInfo> hopeful = new ArrayList<>();
        SequencedMap<String, String> reasons = new LinkedHashMap<>();
        for (HttpExtender extender : all) {
            if (left.isEmpty() || !extender.isInterested(pod.object())) {
                continue;
            }
            try {
                HttpExtender.Answer answer = extender.filter(pod.object(), names(left), this::node);
                for (NodeInfo node : left) {
                    if (answer.refused().containsKey(node.name())) {
                        hopeful.add(node);
                    }
                }
                reasons.putAll(answer.hopeless());
                reasons.putAll(answer.refused());
                Set<String> suited = new HashSet<>(answer.suited());
                left = left.stream().filter(node -> suited.contains(node.name())).toList();
            } catch (HttpExtender.Failure e) {
                if (!extender.isIgnorable()) {
                    return new Verdict(nodes, List.of(), List.of(), String.valueOf(e.getMessage()));
                }
                LOG.log(Level.INFO, "extender skipped error={0}", e.getMessage());
            }
        }
        return new Verdict(left, hopeful, List.copyOf(reasons.values()), null);
    }

    /// What extenders add to the scores, in the order of the nodes.
    long[] score(PodInfo pod, List<NodeInfo> nodes) {
        long[] sums = new long[nodes.size()];
        for (HttpExtender extender : all) {
            if (!extender.isInterested(pod.object())) {
                continue;
            }
            try {
                var scores = extender.prioritize(pod.object(), names(nodes), this::node);
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += scores.getOrDefault(nodes.get(i).name(), 0L);
                }
            } catch (HttpExtender.Failure e) {
                // Others judge without it.
                LOG.log(Level.DEBUG, "extender gave no scores error={0}", e.getMessage());
            }
        }
        return sums;
    }

    /// Lets the extender bind that does so; gives back whether there is one.
    ///
    /// @throws StatusException when it failed
    boolean bind(KubeObject pod, String node) {
        for (HttpExtender extender : all) {
            if (!extender.binds() || !extender.isInterested(pod)) {
                continue;
            }
            try {
                extender.bind(pod, node);
                return true;
            } catch (HttpExtender.Failure e) {
                if (!extender.isIgnorable()) {
                    throw new StatusException(Status.unexplained(String.valueOf(e.getMessage())));
                }
                LOG.log(Level.INFO, "extender skipped error={0}", e.getMessage());
            }
        }
        return false;
    }
}
