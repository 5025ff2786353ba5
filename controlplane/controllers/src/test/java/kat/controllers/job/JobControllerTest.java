package kat.controllers.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class JobControllerTest {

    private final MemoryCluster cluster =
            new MemoryCluster(
                    Instant.parse("2026-01-01T00:00:00Z"), new JobController(), new FinishedJobs());

    @Test
    void completesWhenEnoughPodsSucceeded() {
        job("{completions: 2, parallelism: 2, backoffLimit: 6, template: {spec: {}}}");
        cluster.settle();
        end("Succeeded");
        cluster.settle();

        assertEquals(List.of("SuccessCriteriaMet", "Complete"), conditions());
        assertEquals(
                "{\"ready\":0,\"succeeded\":2,\"terminating\":0,\"uncountedTerminatedPods\":{}}",
                numbers());
        assertEquals(List.of(), pods().getFirst().finalizers());
        assertEquals("Job completed", cluster.messages().getLast());
    }

    @Test
    void runsEachIndexUntilItSucceeds() {
        job(
                "{completions: 3, parallelism: 2, backoffLimit: 6, completionMode: Indexed,"
                        + " template: {spec: {containers: [{name: main}]}}}");
        cluster.settle();
        assertEquals(List.of(0, 1), pods().stream().map(Indexes::of).toList());
        end("Succeeded");
        cluster.settle();
        end("Succeeded");
        cluster.settle();

        assertEquals("0-2", job().status().string("completedIndexes"));
        assertEquals(3, job().status().integer("succeeded", 0));
        assertEquals(List.of("SuccessCriteriaMet", "Complete"), conditions());
    }

    @Test
    void waitsLongerAfterEachFailureAndGivesUpAtTheLimit() {
        job("{completions: 1, parallelism: 1, backoffLimit: 1, template: {spec: {}}}");
        cluster.settle();
        end("Failed");
        cluster.settle();
        assertEquals(1, pods().size());

        cluster.advance(Duration.ofSeconds(11));
        cluster.settle();
        assertEquals(2, pods().size());
        end("Failed");
        cluster.settle();

        assertEquals(List.of("FailureTarget", "Failed"), conditions());
        assertEquals(2, job().status().integer("failed", 0));
    }

    @Test
    void startsWhenItIsNoLongerSuspended() {
        job(
                "{suspend: true, completions: 1, parallelism: 1, backoffLimit: 6,"
                        + " template: {spec: {}}}");
        cluster.settle();
        assertEquals(0, pods().size());

        cluster.update(Kinds.JOB, job().withSpec(spec -> spec.with("suspend", false)), "");
        cluster.settle();

        assertEquals(1, pods().size());
        assertEquals(List.of("Job suspended", "Job resumed"), cluster.messages().subList(0, 2));
    }

    @Test
    void goesSomeTimeAfterItFinished() {
        job(
                "{completions: 1, parallelism: 1, backoffLimit: 6, ttlSecondsAfterFinished: 5,"
                        + " template: {spec: {}}}");
        cluster.settle();
        end("Succeeded");
        cluster.settle();
        cluster.advance(Duration.ofSeconds(6));

        cluster.settle();

        assertEquals(List.of(), cluster.list(Kinds.JOB, "ns"));
    }

    private void end(String phase) {
        for (KubeObject pod : pods()) {
            if (pod.status().string("phase").isEmpty()) {
                cluster.update(
                        Kinds.POD, pod.withStatus(status -> status.with("phase", phase)), "status");
            }
        }
    }

    private void job(String spec) {
        cluster.create(
                Kinds.JOB,
                new KubeObject(
                        (JsonObject)
                                Yaml.parse(
                                        "{apiVersion: batch/v1, kind: Job, metadata: {name: m,"
                                                + " namespace: ns}, spec: "
                                                + spec
                                                + "}")));
    }

    private KubeObject job() {
        KubeObject found = cluster.get(Kinds.JOB, ObjectKey.of("ns", "m"));
        assertNotNull(found);
        return found;
    }

    private List<KubeObject> pods() {
        return cluster.list(Kinds.POD, "ns");
    }

    private List<String> conditions() {
        return job().status().array("conditions").objects().stream()
                .map(each -> each.string("type"))
                .toList();
    }

    private String numbers() {
        return job().status()
                .without("conditions")
                .without("startTime")
                .without("completionTime")
                .toString();
    }
}
