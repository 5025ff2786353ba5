package kat.simulation.workloads;

import java.util.List;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The pods of all workloads: one container with an image that has a number.
final class PodTemplate {

    private PodTemplate() {}

    /// With image 1, in the flow style of YAML.
    static String yaml(String app, String restartPolicy) {
        return """
        {metadata: {labels: {app: %s}}, spec: {restartPolicy: %s, containers: [\
        {name: main, image: "app:1", resources: {requests: {cpu: 100m}}}]}}"""
                .formatted(app, restartPolicy);
    }

    /// The workload with another image in its template.
    static KubeObject withImage(KubeObject workload, int image) {
        JsonObject requests = JsonObject.of("cpu", Json.of("100m"));
        JsonObject container =
                JsonObject.of("name", Json.of("main"), "image", Json.of("app:" + image))
                        .with("resources", JsonObject.of("requests", requests));
        return workload.withSpec(
                spec -> spec.withAt(JsonArray.of(container), "template", "spec", "containers"));
    }

    /// What is wrong with a pod that should run an image; empty when nothing is.
    static List<String> complaints(@Nullable KubeObject pod, ObjectKey key, int image) {
        if (pod == null) {
            return List.of(key + " is missing");
        }
        String runs = pod.spec().array("containers").objects().getFirst().string("image");
        if (!runs.equals("app:" + image)) {
            return List.of("%s runs %s instead of app:%d".formatted(key, runs, image));
        }
        if (!pod.status().string("phase").equals("Running")) {
            return List.of(key + " does not run: " + pod.status());
        }
        return List.of();
    }
}
