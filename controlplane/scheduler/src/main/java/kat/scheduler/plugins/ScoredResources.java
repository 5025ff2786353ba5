package kat.scheduler.plugins;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.json.JsonObject;
import kat.scheduler.NodeInfo;
import kat.scheduler.PodInfo;
import kat.scheduler.Resources;

/// Which resources a score looks at, and how much each counts.
///
/// @param weights by name of the resource, 1 to 100
///
/// **Source:** `kubescheduler.config.k8s.io/v1` ResourceSpec; kube-scheduler
/// `resource_allocation.go`.
record ScoredResources(Map<String, Long> weights) {

    private static final ScoredResources USUAL = new ScoredResources(usual());
    private static final int MOST_WEIGHT = 100;

    private static Map<String, Long> usual() {
        Map<String, Long> weights = new LinkedHashMap<>();
        weights.put("cpu", 1L);
        weights.put("memory", 1L);
        return weights;
    }

    /// How much of a resource a node has, and how much of it is taken.
    ///
    /// @param before the pod comes
    /// @param after the pod came
    /// @param weight of the resource
    record Share(long capacity, long before, long after, long weight) {}

    /// @param path of the list, for errors
    /// @throws IllegalArgumentException for a weight out of range
    static ScoredResources parse(JsonObject tree, String path) {
        List<JsonObject> listed = tree.array("resources").objects();
        if (listed.isEmpty()) {
            return USUAL;
        }
        Map<String, Long> weights = new LinkedHashMap<>();
        for (int i = 0; i < listed.size(); i++) {
            String name = listed.get(i).string("name");
            long given = listed.get(i).integer("weight", 0);
            long weight = given == 0 ? 1 : given;
            String at = path + "resources[" + i + "].";
            if (weight < 0 || weight > MOST_WEIGHT) {
                throw new IllegalArgumentException(
                        "%sweight: Invalid value: %d: resource weight of %s not in valid range (0, 100]"
                                .formatted(at, weight, name));
            }
            if (weights.put(name, weight) != null) {
                throw new IllegalArgumentException(at + "name: Duplicate value: \"" + name + "\"");
            }
        }
        return new ScoredResources(weights);
    }

    /// The shares of those resources that the node has; of extended ones only what the pod asks
    /// for.
    ///
    /// @param assumed whether a container that asks for nothing counts with an assumed amount
    List<Share> shares(PodInfo pod, NodeInfo node, boolean assumed) {
        List<Share> shares = new ArrayList<>(weights.size());
        Resources asked = assumed ? pod.scoring() : pod.requests();
        for (Map.Entry<String, Long> entry : weights.entrySet()) {
            String name = entry.getKey();
            boolean plain = name.equals("cpu") || name.equals("memory");
            Resources taken = assumed && plain ? node.scoring() : node.requested();
            long capacity = node.allocatable().get(name);
            boolean counts = plain || name.equals("ephemeral-storage");
            long more = asked.get(name);
            if (capacity > 0 && (counts || more > 0)) {
                long before = taken.get(name);
                shares.add(new Share(capacity, before, before + more, entry.getValue()));
            }
        }
        return shares;
    }

    /// Whether the pod asks for none of them.
    boolean asksForNone(PodInfo pod) {
        for (String name : weights.keySet()) {
            if (pod.requests().get(name) != 0) {
                return false;
            }
        }
        return true;
    }
}
