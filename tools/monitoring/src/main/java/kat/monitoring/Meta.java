package kat.monitoring;

import java.util.Map;
import java.util.SequencedMap;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The labels by which relabelling knows where a target comes from, named as Prometheus' own
/// discovery names them.
///
/// **Source:** "kubernetes_sd_config" of Prometheus' documentation.
final class Meta {

    private static final String META = "__meta_kubernetes_";

    private Meta() {}

    static void ofService(KubeObject service, SequencedMap<String, String> to) {
        to.put(META + "namespace", service.namespace());
        to.put(META + "service_name", service.name());
        named("service", service, to);
    }

    /// @param pod null adds nothing
    static void ofPod(@Nullable KubeObject pod, SequencedMap<String, String> to) {
        if (pod == null) {
            return;
        }
        to.put(META + "namespace", pod.namespace());
        to.put(META + "pod_name", pod.name());
        to.put(META + "pod_uid", pod.uid());
        to.put(META + "pod_ip", pod.status().string("podIP"));
        to.put(META + "pod_host_ip", pod.status().string("hostIP"));
        to.put(META + "pod_node_name", pod.spec().string("nodeName"));
        to.put(META + "pod_phase", pod.status().string("phase"));
        to.put(META + "pod_ready", Boolean.toString(isReady(pod)));
        named("pod", pod, to);
    }

    static void ofContainer(String container, JsonObject port, SequencedMap<String, String> to) {
        to.put(META + "pod_container_name", container);
        to.put(META + "pod_container_port_name", port.string("name"));
        to.put(META + "pod_container_port_number", Long.toString(port.integer("containerPort", 0)));
    }

    private static boolean isReady(KubeObject pod) {
        return pod.status().array("conditions").objects().stream()
                .anyMatch(
                        each ->
                                each.string("type").equals("Ready")
                                        && each.string("status").equals("True"));
    }

    private static void named(String what, KubeObject object, SequencedMap<String, String> to) {
        for (Map.Entry<String, String> label : object.labels().entrySet()) {
            String name = Words.asLabel(label.getKey());
            to.put(META + what + "_label_" + name, label.getValue());
            to.put(META + what + "_labelpresent_" + name, "true");
        }
        for (Map.Entry<String, String> each : object.annotations().entrySet()) {
            if (!each.getKey().equals("kubectl.kubernetes.io/last-applied-configuration")) {
                String name = Words.asLabel(each.getKey());
                to.put(META + what + "_annotation_" + name, each.getValue());
                to.put(META + what + "_annotationpresent_" + name, "true");
            }
        }
    }
}
