package kat.controllers.job;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.controllers.workload.PodTemplates;

/// The pods that jobs create.
final class JobPods {

    private static final String VARIABLE = "JOB_COMPLETION_INDEX";

    private JobPods() {}

    static KubeObject plain(KubeObject job) {
        KubeObject pod = PodTemplates.pod(job, job.spec().object("template"));
        return pod.withMetadata(
                metadata ->
                        metadata.with(
                                "finalizers",
                                metadata.array("finalizers").with(Json.of(JobCount.FINALIZER))));
    }

    static KubeObject indexed(KubeObject job, int index) {
        String text = Integer.toString(index);
        return plain(job)
                .withMetadata(
                        metadata ->
                                metadata.with("generateName", job.name() + "-" + index + "-")
                                        .withAt(Json.of(text), "annotations", Indexes.KEY)
                                        .withAt(Json.of(text), "labels", Indexes.KEY))
                .withSpec(
                        spec ->
                                told(told(spec, "containers"), "initContainers")
                                        .with("hostname", job.name() + "-" + index));
    }

    private static JsonObject told(JsonObject spec, String list) {
        if (!spec.has(list)) {
            return spec;
        }
        List<Json> containers = new ArrayList<>();
        for (JsonObject container : spec.array(list).objects()) {
            boolean known =
                    container.array("env").objects().stream()
                            .anyMatch(each -> each.string("name").equals(VARIABLE));
            containers.add(
                    known
                            ? container
                            : container.with("env", container.array("env").with(variable())));
        }
        return spec.with(list, new JsonArray(containers));
    }

    private static JsonObject variable() {
        JsonObject source =
                JsonObject.EMPTY.with("fieldPath", "metadata.labels['" + Indexes.KEY + "']");
        return JsonObject.EMPTY
                .with("name", VARIABLE)
                .with("valueFrom", JsonObject.of("fieldRef", source));
    }
}
