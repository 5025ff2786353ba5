package kat.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.KubeObject;
import org.jspecify.annotations.Nullable;

/// The nodes with the pods on them, as the scheduler believes them to be: what was seen, and what
/// it has assigned itself but not yet seen.
///
/// **Threads:** one owner.
final class NodeTable {

    private final Map<String, Integer> places = new HashMap<>();
    private final List<NodeInfo> nodes = new ArrayList<>();
    private final Map<Likeness, Shared> likenesses = new HashMap<>();
    private final Map<String, PodInfo> podsByUid = new LinkedHashMap<>();
    private final Map<String, String> nodeOfPod = new HashMap<>();
    private final Map<String, Nominee> nominated = new LinkedHashMap<>();
    private final Set<String> reserved = new HashSet<>(); // uids

    private record Nominee(PodInfo pod, String node) {}

    /// The one that stands for all that are equal.
    ///
    /// @param users how many pods have it
    private record Shared(Likeness likeness, int users) {}

    /// The nodes in a steady order; changes with the table.
    List<NodeInfo> nodes() {
        return nodes;
    }

    /// Remembers that room is being made for a pod on a node.
    ///
    /// @return pods that matter less and were expected there, and are no longer
    List<PodInfo> nominate(PodInfo pod, String node) {
        List<PodInfo> displaced = new ArrayList<>();
        for (Nominee each : nominated.values()) {
            if (each.node().equals(node) && each.pod().priority() < pod.priority()) {
                displaced.add(each.pod());
            }
        }
        displaced.forEach(each -> nominated.remove(each.uid()));
        nominated.put(pod.uid(), new Nominee(pod, node));
        return displaced;
    }

    /// Takes in what a pod that waits says itself. One that says nothing, and said nothing, may
    /// have been given a node that is not written yet.
    ///
    /// @param before what it said before; empty for nothing
    void nominated(PodInfo pod, String before) {
        String told = pod.nominatedNode();
        String node = told.isEmpty() && before.isEmpty() ? nomination(pod).node() : told;
        if (node.isEmpty()) {
            nominated.remove(pod.uid());
        } else {
            nominated.put(pod.uid(), new Nominee(pod, node));
        }
    }

    Nomination nomination(PodInfo pod) {
        Nominee known = nominated.get(pod.uid());
        return known == null
                ? Nomination.NONE
                : new Nomination(known.node(), isMakingRoom(known.node(), pod));
    }

    /// Whether pods that had to go for this one are still on their way out.
    private boolean isMakingRoom(String node, PodInfo pod) {
        Integer place = places.get(node);
        return place != null
                && nodes.get(place).pods().stream()
                        .anyMatch(each -> each.priority() < pod.priority() && each.isPreempted());
    }

    /// @return whether there was one
    boolean forgetNomination(String uid) {
        return nominated.remove(uid) != null;
    }

    /// The nodes as a pod may use them: with those counted that room is being made for and that
    /// matter no less.
    List<NodeInfo> nodesFor(PodInfo pod) {
        if (nominated.isEmpty()) {
            return nodes;
        }
        List<NodeInfo> adjusted = new ArrayList<>(nodes);
        for (Nominee each : nominated.values()) {
            Integer place = places.get(each.node());
            boolean counts =
                    !each.pod().uid().equals(pod.uid())
                            && each.pod().priority() >= pod.priority()
                            && !nodeOfPod.containsKey(each.pod().uid());
            if (place != null && counts) {
                adjusted.set(place, adjusted.get(place).with(each.pod()));
            }
        }
        return adjusted;
    }

    /// Adds or replaces a node; gives back what changed for pods that wait.
    List<ClusterEvent> put(KubeObject node) {
        Integer place = places.get(node.name());
        if (place == null) {
            places.put(node.name(), nodes.size());
            nodes.add(NodeInfo.of(node, podsOn(node.name())));
            return List.of(ClusterEvent.NODE_ADDED);
        }
        NodeInfo before = nodes.get(place);
        NodeInfo after = NodeInfo.of(node, before.pods());
        nodes.set(place, after);
        List<ClusterEvent> events = new ArrayList<>();
        if (!before.labels().equals(after.labels())) {
            events.add(ClusterEvent.NODE_LABELS_CHANGED);
        }
        if (!before.taints().equals(after.taints())
                || before.unschedulable() != after.unschedulable()) {
            events.add(ClusterEvent.NODE_TAINTS_CHANGED);
        }
        if (!before.features().equals(after.features())) {
            events.add(ClusterEvent.NODE_FEATURES_CHANGED);
        }
        if (!before.allocatable().equals(after.allocatable())) {
            events.add(ClusterEvent.NODE_ALLOCATABLE_GREW);
        }
        return events;
    }

    private List<PodInfo> podsOn(String node) {
        List<PodInfo> found = new ArrayList<>();
        nodeOfPod.forEach(
                (uid, name) -> {
                    PodInfo pod = podsByUid.get(uid);
                    if (name.equals(node) && pod != null) {
                        found.add(pod);
                    }
                });
        return found;
    }

    void removeNode(String name) {
        Integer place = places.remove(name);
        if (place == null) {
            return;
        }
        nodes.remove((int) place);
        for (int i = place; i < nodes.size(); i++) {
            places.put(nodes.get(i).name(), i);
        }
    }

    /// Counts a pod on a node; a pod that is counted there already is replaced.
    void assign(PodInfo given, String node) {
        release(given.uid());
        PodInfo pod = given.sharing(share(given.likeness()));
        nominated.remove(pod.uid());
        podsByUid.put(pod.uid(), pod);
        nodeOfPod.put(pod.uid(), node);
        Integer place = places.get(node);
        if (place != null) {
            nodes.set(place, nodes.get(place).with(pod));
        }
    }

    /// Counts a pod on a node that it gets once something else is done.
    void reserve(PodInfo pod, String node) {
        assign(pod, node);
        reserved.add(pod.uid());
    }

    /// Counts a pod no longer that only had a place reserved; gives back whether it had.
    boolean unreserve(String uid) {
        return reserved.contains(uid) && release(uid);
    }

    /// Whether a pod is on its way to a node, or there.
    boolean isPlaced(String uid) {
        return nodeOfPod.containsKey(uid) && !reserved.contains(uid);
    }

    private Likeness share(Likeness likeness) {
        Shared known = likenesses.getOrDefault(likeness, new Shared(likeness, 0));
        likenesses.put(likeness, new Shared(known.likeness(), known.users() + 1));
        return known.likeness();
    }

    private void unshare(Likeness likeness) {
        likenesses.computeIfPresent(
                likeness,
                (_, known) ->
                        known.users() == 1
                                ? null
                                : new Shared(known.likeness(), known.users() - 1));
    }

    /// Counts a pod no longer; gives back whether it was counted.
    boolean release(String uid) {
        reserved.remove(uid);
        PodInfo pod = podsByUid.remove(uid);
        String node = nodeOfPod.remove(uid);
        Integer place = node == null ? null : places.get(node);
        if (pod != null) {
            unshare(pod.likeness());
        }
        if (pod != null && place != null) {
            nodes.set(place, nodes.get(place).without(pod));
        }
        return pod != null;
    }

    /// The node that a pod is counted on; null when it is on none.
    @Nullable String nodeOf(String uid) {
        return nodeOfPod.get(uid);
    }
}
