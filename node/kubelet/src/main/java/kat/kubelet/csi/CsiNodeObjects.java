package kat.kubelet.csi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.csi.NodeFacts;

/// What the API is told of a node's drivers; pure.
///
/// **Source:** `pkg/volume/csi/nodeinfomanager`.
final class CsiNodeObjects {

    static final String NODE_IDS = "csi.volume.kubernetes.io/nodeid";

    private CsiNodeObjects() {}

    /// A CSINode without drivers.
    static KubeObject empty(KubeObject node) {
        OwnerReference owner =
                new OwnerReference("v1", "Node", node.name(), node.uid(), false, false);
        JsonObject metadata =
                JsonObject.builder()
                        .put("name", node.name())
                        .put("ownerReferences", JsonArray.of(owner.toJson()))
                        .build();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "storage.k8s.io/v1")
                        .put("kind", "CSINode")
                        .put("metadata", metadata)
                        .put("spec", JsonObject.of("drivers", JsonArray.EMPTY))
                        .build());
    }

    static boolean isOwnedBy(KubeObject csiNode, KubeObject node) {
        return csiNode.ownerReferences().stream()
                .anyMatch(owner -> owner.kind().equals("Node") && owner.uid().equals(node.uid()));
    }

    /// The drivers of a CSINode with this one, in place of what was there by its name.
    static JsonArray with(KubeObject csiNode, String driver, NodeFacts facts) {
        JsonObject.Builder entry =
                JsonObject.builder()
                        .put("name", driver)
                        .put("nodeID", facts.nodeId())
                        .put("topologyKeys", JsonArray.ofStrings(facts.topology().keySet()));
        if (facts.maxVolumes() > 0) {
            long count = Math.min(facts.maxVolumes(), Integer.MAX_VALUE);
            entry.put("allocatable", JsonObject.EMPTY.with("count", count));
        }
        List<Json> drivers = new ArrayList<>(without(csiNode, driver).items());
        drivers.add(entry.build());
        return new JsonArray(drivers);
    }

    static JsonArray without(KubeObject csiNode, String driver) {
        List<Json> drivers = new ArrayList<>();
        for (JsonObject each : csiNode.spec().array("drivers").objects()) {
            if (!each.string("name").equals(driver)) {
                drivers.add(each);
            }
        }
        return new JsonArray(drivers);
    }

    /// The ids by which drivers know the node, as the node's annotation holds them.
    static Map<String, String> nodeIds(KubeObject node) {
        String text = node.annotation(NODE_IDS);
        if (text.isEmpty()) {
            return new TreeMap<>();
        }
        try {
            return Json.parse(text.getBytes(StandardCharsets.UTF_8)) instanceof JsonObject ids
                    ? new TreeMap<>(ids.strings())
                    : new TreeMap<>();
        } catch (JsonException e) {
            return new TreeMap<>(); // somebody wrote over it
        }
    }

    /// Why the node cannot be where the driver says; empty when it can.
    static String collision(KubeObject node, NodeFacts facts) {
        for (Map.Entry<String, String> each : facts.topology().entrySet()) {
            String present = node.labels().getOrDefault(each.getKey(), each.getValue());
            if (!present.equals(each.getValue())) {
                return "detected topology value collision: driver reported \""
                        + each.getKey()
                        + "\":\""
                        + each.getValue()
                        + "\" but existing label is \""
                        + each.getKey()
                        + "\":\""
                        + present
                        + "\"";
            }
        }
        return "";
    }

    /// A merge patch of a Node: its ids for drivers, and the labels that come to it.
    static JsonObject nodePatch(Map<String, String> ids, Map<String, String> labels) {
        Json value = ids.isEmpty() ? JsonNull.NULL : Json.of(JsonObject.ofStrings(ids).toString());
        JsonObject patch = JsonObject.EMPTY.withAt(value, "metadata", "annotations", NODE_IDS);
        return labels.isEmpty()
                ? patch
                : patch.withAt(JsonObject.ofStrings(labels), "metadata", "labels");
    }
}
