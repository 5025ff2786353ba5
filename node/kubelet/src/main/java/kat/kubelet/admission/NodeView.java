package kat.kubelet.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.placement.Toleration.Taint;
import kat.api.quota.Amounts;

/// What a pod is measured against.
///
/// @param allocatable what pods may ask for in all, with `pods`, the most that may run
/// @param pressures the node's conditions of pressure that hold, such as `DiskPressure`
public record NodeView(
        String name,
        SortedMap<String, String> labels,
        List<Taint> taints,
        Amounts allocatable,
        List<String> pressures) {

    public NodeView {
        labels = new TreeMap<>(labels);
        taints = List.copyOf(taints);
        pressures = List.copyOf(pressures);
    }

    /// @param node as the API has it
    public static NodeView of(KubeObject node, Amounts allocatable, List<String> pressures) {
        List<Taint> taints = new ArrayList<>();
        for (JsonObject taint : node.spec().array("taints").objects()) {
            taints.add(Taint.parse(taint));
        }
        return new NodeView(
                node.name(), new TreeMap<>(node.labels()), taints, allocatable, pressures);
    }

    /// What is known of a node that the API does not have.
    public static NodeView unregistered(
            String name, Map<String, String> labels, Amounts allocatable, List<String> pressures) {
        return new NodeView(name, new TreeMap<>(labels), List.of(), allocatable, pressures);
    }
}
