package kat.controllers.daemonset;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.controllers.workload.PodTemplates;

/// The pods of a DaemonSet: its template, tolerations that keep a daemon on troubled nodes, and an
/// affinity to one node.
///
/// **Source:** kube-controller-manager `daemon/util/daemonset_util.go`.
final class DaemonPods {

    static final String HASH = "controller-revision-hash";
    static final String GENERATION = "pod-template-generation";
    private static final String SET_GENERATION = "deprecated.daemonset.template.generation";

    private record Borne(String taint, String effect) {}

    private static final List<Borne> BORNE =
            List.of(
                    new Borne("not-ready", "NoExecute"),
                    new Borne("unreachable", "NoExecute"),
                    new Borne("disk-pressure", "NoSchedule"),
                    new Borne("memory-pressure", "NoSchedule"),
                    new Borne("pid-pressure", "NoSchedule"),
                    new Borne("unschedulable", "NoSchedule"));

    private DaemonPods() {}

    static KubeObject of(KubeObject set, String hash, String node) {
        KubeObject pod = PodTemplates.pod(set, set.spec().object("template"));
        String generation = set.annotation(SET_GENERATION);
        return pod.withMetadata(
                        m ->
                                m.change(
                                        "labels",
                                        labels ->
                                                (generation.isEmpty()
                                                                ? labels
                                                                : labels.with(
                                                                        GENERATION, generation))
                                                        .with(HASH, hash)))
                .withSpec(_ -> spec(set))
                .withSpec(spec -> spec.change("affinity", a -> NodeFit.only(a, node)));
    }

    /// The template's spec with the tolerations of daemons.
    static JsonObject spec(KubeObject set) {
        JsonObject spec = set.spec().at("template", "spec");
        List<Json> tolerations = new ArrayList<>(spec.array("tolerations").items());
        for (Borne borne : BORNE) {
            addUnlessThere(tolerations, borne);
        }
        if (spec.bool("hostNetwork")) {
            addUnlessThere(tolerations, new Borne("network-unavailable", "NoSchedule"));
        }
        return spec.with("tolerations", new JsonArray(tolerations));
    }

    private static void addUnlessThere(List<Json> tolerations, Borne borne) {
        JsonObject added =
                JsonObject.builder()
                        .put("key", "node.kubernetes.io/" + borne.taint())
                        .put("operator", "Exists")
                        .put("effect", borne.effect())
                        .build();
        if (!tolerations.contains(added)) {
            tolerations.add(added);
        }
    }

    /// Whether the pod is of the present template.
    static boolean isUpdated(KubeObject set, KubeObject pod, String hash) {
        String generation = set.annotation(SET_GENERATION);
        return pod.label(HASH).equals(hash)
                || (!generation.isEmpty() && pod.label(GENERATION).equals(generation));
    }
}
