package kat.controllers.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;

/// One job in a cluster in memory.
final class JobCluster {

    final MemoryCluster cluster =
            new MemoryCluster(
                    Instant.parse("2026-01-01T00:00:00Z"), new JobController(), new FinishedJobs());

    /// Creates the job and lets it settle.
    JobCluster(String spec) {
        cluster.create(
                Kinds.JOB,
                new KubeObject(
                        (JsonObject)
                                Yaml.parse(
                                        "{apiVersion: batch/v1, kind: Job, metadata: {name: m,"
                                                + " namespace: ns}, spec: {backoffLimit: 6,"
                                                + " template: {metadata: {labels: {job: m}},"
                                                + " spec: {containers: [{name: main}]}},"
                                                + " selector: {matchLabels: {job: m}}, "
                                                + spec
                                                + "}}")));
        cluster.settle();
    }

    KubeObject job() {
        return Objects.requireNonNull(cluster.get(Kinds.JOB, ObjectKey.of("ns", "m")));
    }

    List<KubeObject> pods() {
        return cluster.list(Kinds.POD, "ns");
    }

    /// Pods that have not ended and are not on their way out.
    List<KubeObject> running() {
        return pods().stream()
                .filter(pod -> pod.status().string("phase").isEmpty() && !pod.isDeleting())
                .toList();
    }

    KubeObject runningIndex(int index) {
        return running().stream().filter(pod -> Indexes.of(pod) == index).findFirst().orElseThrow();
    }

    void change(UnaryOperator<JsonObject> spec) {
        cluster.update(Kinds.JOB, job().withSpec(spec), "");
        cluster.settle();
    }

    /// Ends a pod with an exit code, and settles.
    void exit(KubeObject pod, int code) {
        status(
                pod,
                "{phase: "
                        + (code == 0 ? "Succeeded" : "Failed")
                        + ", containerStatuses: [{name: main, state: {terminated: {exitCode: "
                        + code
                        + ", finishedAt: '"
                        + cluster.now()
                        + "'}}}]}");
    }

    void exitIndex(int index, int code) {
        exit(runningIndex(index), code);
    }

    void status(KubeObject pod, String status) {
        JsonObject tree = (JsonObject) Yaml.parse(status);
        cluster.update(Kinds.POD, pod.withStatus(_ -> tree), "status");
        cluster.settle();
    }

    void pass(Duration time) {
        cluster.advance(time);
        cluster.settle();
    }

    /// Conditions that hold, as `type reason: message`.
    List<String> conditions() {
        return job().status().array("conditions").objects().stream()
                .filter(each -> each.string("status").equals("True"))
                .map(
                        each ->
                                each.string("type")
                                        + " "
                                        + each.string("reason")
                                        + ": "
                                        + each.string("message"))
                .toList();
    }

    long number(String field) {
        return job().status().integer(field, 0);
    }

    String text(String field) {
        return job().status().string(field);
    }

    /// Lets a pod go that has no finalizer left, as its node does when it has stopped it.
    void gone(KubeObject pod) {
        cluster.delete(Kinds.POD, Objects.requireNonNull(cluster.get(Kinds.POD, pod.key())));
        cluster.settle();
    }
}
