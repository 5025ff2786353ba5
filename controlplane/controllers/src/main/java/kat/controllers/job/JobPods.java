package kat.controllers.job;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.DeleteOptions;
import kat.controllers.workload.PodTemplates;
import org.jspecify.annotations.Nullable;

/// The pods that jobs create.
final class JobPods {

    private static final String VARIABLE = "JOB_COMPLETION_INDEX";

    /// Characters of a name before the generated part.
    private static final int MOST_PREFIX = 58;

    private JobPods() {}

    static KubeObject plain(KubeObject job) {
        KubeObject pod = PodTemplates.pod(job, job.spec().object("template"));
        return JobCount.isHeld(pod)
                ? pod
                : pod.withMetadata(
                        metadata ->
                                metadata.with(
                                        "finalizers",
                                        metadata.array("finalizers")
                                                .with(Json.of(JobCount.FINALIZER))));
    }

    static KubeObject indexed(JobSpec spec, JobIndexes indexes, int index) {
        KubeObject job = spec.job();
        Json text = Json.of(Integer.toString(index));
        KubeObject pod =
                plain(job)
                        .withMetadata(
                                metadata ->
                                        metadata.with("generateName", prefix(job.name(), index))
                                                .withAt(text, "annotations", Indexes.KEY)
                                                .withAt(text, "labels", Indexes.KEY))
                        .withSpec(
                                podSpec ->
                                        told(told(podSpec, "containers"), "initContainers")
                                                .with("hostname", job.name() + "-" + index));
        return spec.limitsIndexes() ? numbered(pod, spec, indexes.replaced(index)) : pod;
    }

    /// The job's name gives way where the whole would be too long.
    private static String prefix(String job, int index) {
        String end = "-" + index + "-";
        return job.substring(0, Math.min(job.length(), MOST_PREFIX - end.length())) + end;
    }

    /// Carries on how often the index failed.
    private static KubeObject numbered(KubeObject pod, JobSpec spec, @Nullable KubeObject before) {
        boolean counts = before != null && spec.failurePolicy.of(before).counts();
        long failures =
                before == null
                        ? 0
                        : JobIndexes.number(before, JobIndexes.FAILURES) + (counts ? 1 : 0);
        long ignored =
                before == null
                        ? 0
                        : JobIndexes.number(before, JobIndexes.IGNORED_FAILURES) + (counts ? 0 : 1);
        KubeObject numbered = annotated(pod, JobIndexes.FAILURES, failures);
        return ignored == 0 ? numbered : annotated(numbered, JobIndexes.IGNORED_FAILURES, ignored);
    }

    private static KubeObject annotated(KubeObject pod, String annotation, long number) {
        Json text = Json.of(Long.toString(number));
        return pod.withMetadata(metadata -> metadata.withAt(text, "annotations", annotation));
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

    static List<Change> creations(KubeObject job, int number) {
        return creations(job, Collections.nCopies(number, plain(job)));
    }

    static List<Change> creations(KubeObject job, List<KubeObject> pods) {
        List<Change> changes = new ArrayList<>();
        for (KubeObject pod : pods) {
            changes.add(
                    new Change.Create(
                            Kinds.POD,
                            pod,
                            made ->
                                    List.of(
                                            Change.Emit.normal(
                                                    job,
                                                    "SuccessfulCreate",
                                                    "Created pod: " + made.name())),
                            refused ->
                                    List.of(
                                            Change.Emit.warning(
                                                    job,
                                                    "FailedCreate",
                                                    "Error creating: " + refused.message()))));
        }
        return changes;
    }

    static List<Change> deletions(KubeObject job, List<KubeObject> pods) {
        List<Change> changes = new ArrayList<>();
        for (KubeObject pod : pods) {
            changes.add(
                    new Change.Delete(
                            Kinds.POD,
                            pod.key(),
                            DeleteOptions.of(pod.uid()),
                            _ ->
                                    List.of(
                                            Change.Emit.normal(
                                                    job,
                                                    "SuccessfulDelete",
                                                    "Deleted pod: " + pod.name()))));
        }
        return changes;
    }
}
