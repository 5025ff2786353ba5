package kat.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.placement.Toleration;

/// A node with what its pods take of it. Immutable: a pod that comes or goes makes a new one.
///
/// @param name of the node
/// @param labels of the node
/// @param taints of the node
/// @param unschedulable whether it was cordoned
/// @param features that its kubelet says it has
/// @param allocatable what pods may take in all
/// @param images on it: size in bytes by name
/// @param pods on it, also those only just assigned
/// @param requested what they request
/// @param scoring the same, as scores count it
/// @param alike the pods by what selectors see of them
/// @param podsWithTerms how many of the pods say which others they want near or apart
public record NodeInfo(
        String name,
        SequencedMap<String, String> labels,
        List<Toleration.Taint> taints,
        boolean unschedulable,
        List<String> features,
        Resources allocatable,
        Map<String, Long> images,
        List<PodInfo> pods,
        List<Alike> alike,
        Resources requested,
        Resources scoring,
        int podsWithTerms) {

    public NodeInfo {
        taints = List.copyOf(taints);
        features = List.copyOf(features);
        pods = List.copyOf(pods);
        alike = List.copyOf(alike);
    }

    /// Pods that selectors cannot tell from each other.
    ///
    /// @param count of them, at least 1
    public record Alike(Likeness likeness, int count) {}

    static NodeInfo of(KubeObject node, List<PodInfo> pods) {
        List<Toleration.Taint> taints = new ArrayList<>();
        for (JsonObject taint : node.spec().array("taints").objects()) {
            taints.add(Toleration.Taint.parse(taint));
        }
        Resources requested = Resources.NONE;
        Resources scoring = Resources.NONE;
        for (PodInfo pod : pods) {
            requested = requested.plus(pod.requests());
            scoring = scoring.plus(pod.scoring());
        }
        return new NodeInfo(
                node.name(),
                node.labels(),
                taints,
                node.spec().bool("unschedulable"),
                node.status().array("declaredFeatures").strings(),
                Resources.parse(node.status().object("allocatable")),
                images(node),
                pods,
                alike(pods),
                requested,
                scoring,
                withTerms(pods));
    }

    private static Map<String, Long> images(KubeObject node) {
        List<JsonObject> all = node.status().array("images").objects();
        if (all.isEmpty()) {
            return Map.of();
        }
        Map<String, Long> images = new HashMap<>();
        for (JsonObject image : all) {
            for (String name : image.array("names").strings()) {
                images.put(name, image.integer("sizeBytes", 0));
            }
        }
        return Collections.unmodifiableMap(images);
    }

    private static List<Alike> alike(List<PodInfo> pods) {
        List<Alike> all = new ArrayList<>();
        for (PodInfo pod : pods) {
            int known = 0;
            while (known < all.size() && !all.get(known).likeness().equals(pod.likeness())) {
                known++;
            }
            if (known == all.size()) {
                all.add(new Alike(pod.likeness(), 1));
            } else {
                all.set(known, new Alike(pod.likeness(), all.get(known).count() + 1));
            }
        }
        return all;
    }

    private static int withTerms(List<PodInfo> pods) {
        int count = 0;
        for (PodInfo pod : pods) {
            count += pod.terms().concernsPods() ? 1 : 0;
        }
        return count;
    }

    NodeInfo with(PodInfo pod) {
        List<PodInfo> more = new ArrayList<>(pods);
        more.add(pod);
        return withPods(more, requested.plus(pod.requests()), scoring.plus(pod.scoring()));
    }

    NodeInfo without(PodInfo pod) {
        List<PodInfo> fewer = new ArrayList<>(pods);
        String gone = pod.uid();
        fewer.removeIf(each -> each.uid().equals(gone));
        return withPods(fewer, requested.minus(pod.requests()), scoring.minus(pod.scoring()));
    }

    private NodeInfo withPods(List<PodInfo> newPods, Resources newRequested, Resources newScoring) {
        return new NodeInfo(
                name,
                labels,
                taints,
                unschedulable,
                features,
                allocatable,
                images,
                newPods,
                alike(newPods),
                newRequested,
                newScoring,
                withTerms(newPods));
    }
}
