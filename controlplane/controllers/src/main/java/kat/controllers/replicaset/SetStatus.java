package kat.controllers.replicaset;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.controllers.workload.Conditions;
import kat.controllers.workload.Pods;

/// The status of a set of pods, as counted.
///
/// @param replicas pods that are not on their way out
/// @param fullyLabeled those that carry all labels of the template
/// @param ready those that are ready
/// @param available those that have been ready long enough
/// @param terminating those on their way out
/// @param observedGeneration of the set that was looked at
/// @param conditions of the set
record SetStatus(
        long replicas,
        long fullyLabeled,
        long ready,
        long available,
        long terminating,
        long observedGeneration,
        JsonArray conditions) {

    private static final String FAILURE = "ReplicaFailure";

    static SetStatus count(KubeObject set, List<KubeObject> owned, Instant now) {
        Map<String, String> labels = set.spec().at("template", "metadata", "labels").strings();
        long minReady = set.spec().integer("minReadySeconds", 0);
        long replicas = 0;
        long fullyLabeled = 0;
        long ready = 0;
        long available = 0;
        long terminating = 0;
        for (KubeObject pod : owned) {
            if (!Pods.isActive(pod)) {
                terminating += pod.isDeleting() && !Pods.hasEnded(pod) ? 1 : 0;
                continue;
            }
            replicas++;
            fullyLabeled += pod.labels().entrySet().containsAll(labels.entrySet()) ? 1 : 0;
            ready += Pods.isReady(pod) ? 1 : 0;
            available += Pods.isAvailable(pod, minReady, now) ? 1 : 0;
        }
        JsonArray conditions = set.status().array("conditions");
        boolean complete = replicas == set.spec().integer("replicas", 1);
        return new SetStatus(
                replicas,
                fullyLabeled,
                ready,
                available,
                terminating,
                set.generation(),
                complete ? Conditions.remove(conditions, FAILURE) : conditions);
    }

    boolean lastCreationFailed() {
        return Conditions.find(conditions, FAILURE).string("reason").equals("FailedCreate");
    }

    SetStatus failed(String reason, String message, Instant now) {
        JsonObject condition = Conditions.of(FAILURE, "True", reason, message);
        return new SetStatus(
                replicas,
                fullyLabeled,
                ready,
                available,
                terminating,
                observedGeneration,
                Conditions.set(conditions, condition, now));
    }

    boolean differsFrom(KubeObject set) {
        return !write(set.status()).equals(set.status());
    }

    /// Zero counts are left out, as Kubernetes does, but for those that it always shows.
    JsonObject write(JsonObject before) {
        JsonObject status = before.with("replicas", replicas);
        status = counted(status, "fullyLabeledReplicas", fullyLabeled);
        status = counted(status, "readyReplicas", ready);
        status = counted(status, "availableReplicas", available);
        status = status.with("terminatingReplicas", terminating);
        status = counted(status, "observedGeneration", observedGeneration);
        return conditions.isEmpty()
                ? status.without("conditions")
                : status.with("conditions", conditions);
    }

    private static JsonObject counted(JsonObject status, String name, long count) {
        return count == 0 ? status.without(name) : status.with(name, count);
    }
}
