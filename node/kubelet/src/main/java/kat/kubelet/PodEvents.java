package kat.kubelet;

import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.EventRecorder;

/// Events about a pod and its containers, in the kubelet's words.
record PodEvents(EventRecorder recorder) {

    void normal(KubeObject pod, String reason, String message) {
        recorder.record(Change.Emit.normal(pod, reason, message));
    }

    void warning(KubeObject pod, String reason, String message) {
        recorder.record(Change.Emit.warning(pod, reason, message));
    }

    void normal(KubeObject pod, JsonObject container, String reason, String message) {
        recorder.record(new Change.Emit(about(pod, container), "Normal", reason, message));
    }

    void warning(KubeObject pod, JsonObject container, String reason, String message) {
        recorder.record(new Change.Emit(about(pod, container), "Warning", reason, message));
    }

    /// About an image of the pod: a container's, or a volume's.
    void about(KubeObject pod, ImageWish wish, String type, String reason, String message) {
        JsonObject container = wish.container();
        Change.Reference about =
                container == null ? Change.Reference.to(pod) : about(pod, container);
        recorder.record(new Change.Emit(about, type, reason, message));
    }

    private static Change.Reference about(KubeObject pod, JsonObject container) {
        String list = "containers";
        for (String other : List.of("initContainers", "ephemeralContainers")) {
            if (pod.spec().array(other).items().contains(container)) {
                list = other;
            }
        }
        return Change.Reference.to(pod)
                .field("spec." + list + "{" + container.string("name") + "}");
    }
}
