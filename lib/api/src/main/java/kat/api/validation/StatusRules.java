package kat.api.validation;

import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// The rules for what controllers say of workloads: counts that fit each other.
///
/// **Source:** Kubernetes' `pkg/apis/apps/validation` and `pkg/apis/core/validation`.
final class StatusRules {

    private StatusRules() {}

    static void deployment(Node object, JsonObject before) {
        Node status = object.child("status");
        notNegative(
                status,
                "observedGeneration",
                "replicas",
                "updatedReplicas",
                "readyReplicas",
                "availableReplicas",
                "unavailableReplicas",
                "terminatingReplicas",
                "collisionCount");
        within(status, "updatedReplicas", "replicas", "status.replicas");
        within(status, "readyReplicas", "replicas", "status.replicas");
        within(status, "availableReplicas", "replicas", "status.replicas");
        within(status, "availableReplicas", "readyReplicas", "readyReplicas");
        collisions(status, before);
    }

    static void replicaSet(Node object, JsonObject before) {
        Node status = object.child("status");
        notNegative(
                status,
                "replicas",
                "fullyLabeledReplicas",
                "readyReplicas",
                "availableReplicas",
                "observedGeneration",
                "terminatingReplicas");
        within(status, "fullyLabeledReplicas", "replicas", "status.replicas");
        within(status, "readyReplicas", "replicas", "status.replicas");
        within(status, "availableReplicas", "replicas", "status.replicas");
        within(status, "availableReplicas", "readyReplicas", "readyReplicas");
    }

    static void daemonSet(Node object, JsonObject before) {
        Node status = object.child("status");
        notNegative(
                status,
                "currentNumberScheduled",
                "numberMisscheduled",
                "desiredNumberScheduled",
                "numberReady",
                "observedGeneration",
                "updatedNumberScheduled",
                "numberAvailable",
                "numberUnavailable",
                "collisionCount");
        collisions(status, before);
    }

    static void statefulSet(Node object, JsonObject before) {
        Node status = object.child("status");
        notNegative(
                status,
                "replicas",
                "readyReplicas",
                "currentReplicas",
                "updatedReplicas",
                "availableReplicas",
                "observedGeneration",
                "collisionCount");
        for (String field :
                List.of(
                        "readyReplicas",
                        "currentReplicas",
                        "updatedReplicas",
                        "availableReplicas")) {
            within(status, field, "replicas", "status.replicas");
        }
        within(status, "availableReplicas", "readyReplicas", "status.readyReplicas");
        collisions(status, before);
    }

    static void apiService(Node object, JsonObject before) {
        for (Node condition : object.child("status", "conditions").items()) {
            Node status = condition.child("status");
            status.with(Json.of(status.text())).oneOf("True", "False", "Unknown");
        }
    }

    static void notNegative(Node status, String... fields) {
        for (String field : fields) {
            if (status.has(field)) {
                status.child(field).notNegative();
            }
        }
    }

    private static void within(Node status, String field, String most, String shown) {
        Node count = status.child(field);
        if (count.integer() > status.child(most).integer()) {
            count.invalid("cannot be greater than " + shown);
        }
    }

    private static void collisions(Node status, JsonObject before) {
        long old = before.object("status").integer("collisionCount", 0);
        Node count = status.child("collisionCount");
        boolean gone = !count.isSet() && before.object("status").has("collisionCount");
        if (gone || count.integer() < old) {
            count.invalid(Json.of(count.integer()), "cannot be decremented");
        }
    }
}
