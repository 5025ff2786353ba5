package kat.controllers.daemonset;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.placement.NodeAffinityTerms;
import kat.controllers.workload.Taints;

/// Whether a daemon's pod belongs on a node.
///
/// @param shouldRun whether one must be started there
/// @param mayStay whether one that is there may go on
///
/// **Source:** kube-controller-manager `daemon_controller.go`, NodeShouldRunDaemonPod.
record NodeFit(boolean shouldRun, boolean mayStay) {

    private static final NodeFit NONE = new NodeFit(false, false);

    static NodeFit of(JsonObject podSpec, KubeObject node) {
        String wanted = podSpec.string("nodeName");
        if ((!wanted.isEmpty() && !wanted.equals(node.name()))
                || !NodeAffinityTerms.parse(podSpec).demandsMet(node.labels(), node.name())) {
            return NONE;
        }
        List<JsonObject> taints = node.spec().array("taints").objects();
        List<JsonObject> tolerations = podSpec.array("tolerations").objects();
        return new NodeFit(
                Taints.tolerated(taints, tolerations, List.of("NoExecute", "NoSchedule")),
                Taints.tolerated(taints, tolerations, List.of("NoExecute")));
    }

    /// The affinity that binds a pod to one node, whatever else it asks for.
    static JsonObject only(JsonObject affinity, String node) {
        JsonObject name =
                JsonObject.builder()
                        .put("key", "metadata.name")
                        .put("operator", "In")
                        .put("values", JsonArray.ofStrings(List.of(node)))
                        .build();
        JsonArray fields = JsonArray.of(name);
        String required = "requiredDuringSchedulingIgnoredDuringExecution";
        List<Json> terms = new ArrayList<>();
        for (JsonObject term :
                affinity.at("nodeAffinity", required).array("nodeSelectorTerms").objects()) {
            terms.add(term.with("matchFields", fields));
        }
        if (terms.isEmpty()) {
            terms.add(JsonObject.of("matchFields", fields));
        }
        return affinity.withAt(new JsonArray(terms), "nodeAffinity", required, "nodeSelectorTerms");
    }

    /// The node that a pod is bound to or will be; empty when it is bound to none.
    static String nodeOf(KubeObject pod) {
        String bound = pod.spec().string("nodeName");
        if (!bound.isEmpty()) {
            return bound;
        }
        JsonObject affinity = pod.spec().at("affinity", "nodeAffinity");
        for (JsonObject term :
                affinity.object("requiredDuringSchedulingIgnoredDuringExecution")
                        .array("nodeSelectorTerms")
                        .objects()) {
            for (JsonObject field : term.array("matchFields").objects()) {
                List<String> values = field.array("values").strings();
                if (field.string("key").equals("metadata.name") && values.size() == 1) {
                    return values.getFirst();
                }
            }
        }
        return "";
    }
}
