package kat.kubelet;

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

    private static Change.Reference about(KubeObject pod, JsonObject container) {
        boolean init = pod.spec().array("initContainers").items().contains(container);
        String list = init ? "initContainers" : "containers";
        return Change.Reference.to(pod)
                .field("spec." + list + "{" + container.string("name") + "}");
    }
}
