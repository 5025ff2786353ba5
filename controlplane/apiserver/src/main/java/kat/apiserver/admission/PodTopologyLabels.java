package kat.apiserver.admission;

import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;

/// Tells a pod in which zone and region its node is, in labels, whatever the pod's own say: of a
/// new pod that names its node, and of a binding, whose labels the pod gets.
///
/// **Source:** `plugin/pkg/admission/podtopologylabels`.
final class PodTopologyLabels implements Plugin {

    private static final List<String> LABELS =
            List.of("topology.kubernetes.io/region", "topology.kubernetes.io/zone");

    private final Lookup lookup;

    PodTopologyLabels(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public JsonObject admit(Attributes attributes, JsonObject pod) {
        boolean isNewPod =
                attributes.operation() == Operation.CREATE
                        && attributes.target().kind() == Kinds.POD
                        && attributes.call().subresource().isEmpty();
        return isNewPod ? labelled(pod, pod.object("spec").string("nodeName")) : pod;
    }

    @Override
    public JsonObject admitPart(Attributes attributes, JsonObject sent) {
        boolean isBinding =
                attributes.target().kind() == Kinds.POD
                        && attributes.call().subresource().equals("binding");
        JsonObject target = sent.object("target");
        return isBinding && target.string("kind").equals("Node")
                ? labelled(sent, target.string("name"))
                : sent;
    }

    /// @param node the name of one that need not be there; empty for none
    private JsonObject labelled(JsonObject object, String node) {
        KubeObject found = node.isEmpty() ? null : lookup.find(Kinds.NODE, "", node);
        return found == null ? object : labelled(object, found);
    }

    private static JsonObject labelled(JsonObject object, KubeObject node) {
        JsonObject labels = node.metadata().object("labels");
        JsonObject labelled = object;
        for (String label : LABELS) {
            if (labels.has(label)) {
                labelled =
                        labelled.withAt(Json.of(labels.string(label)), "metadata", "labels", label);
            }
        }
        return labelled;
    }
}
