package kat.simulation.workloads;

import java.time.Duration;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.simulation.cluster.Objects;

/// A Job whose pods all succeed if they are let.
public final class JobWorkload implements Workload {

    private static final Duration BEFORE = Duration.ofSeconds(60);

    private final ObjectKey key;
    private int completions;

    public JobWorkload(String namespace, String name) {
        this.key = ObjectKey.of(namespace, name);
    }

    @Override
    public void run(Person person) throws InterruptedException {
        person.idle(BEFORE);
        completions = person.number(1, 5);
        person.create(
                Kinds.JOB,
                """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: %s, namespace: %s}
                spec: {completions: %d, parallelism: %d, backoffLimit: 1000, template: %s}
                """
                        .formatted(
                                key.name(),
                                key.namespace(),
                                completions,
                                person.number(1, 3),
                                PodTemplate.yaml(key.name(), "Never")));
    }

    @Override
    public List<String> complaints(Objects objects) {
        KubeObject job = objects.get("jobs.batch", key);
        if (job == null) {
            return List.of(key + " is gone");
        }
        JsonObject status = job.status();
        boolean isComplete =
                status.array("conditions").objects().stream()
                        .anyMatch(
                                condition ->
                                        condition.string("type").equals("Complete")
                                                && condition.string("status").equals("True"));
        boolean counts = status.integer("succeeded", 0) == completions;
        boolean still = status.integer("active", 0) == 0;
        return isComplete && counts && still
                ? List.of()
                : List.of("%s wanted %d completions, tells %s".formatted(key, completions, status));
    }
}
