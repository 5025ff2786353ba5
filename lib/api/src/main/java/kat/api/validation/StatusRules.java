package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    static void attachment(Node object, JsonObject before) {
        for (String field : List.of("attachError", "detachError")) {
            Node code = object.child("status", field, "errorCode");
            if (code.integer() < 0) {
                code.invalid("must be between 0 and 2147483647, inclusive");
            }
        }
    }

    static void flowControl(Node object, JsonObject before) {
        Set<String> types = new HashSet<>();
        for (Node condition : object.child("status", "conditions").items()) {
            Node type = condition.child("type");
            if (!types.add(type.text())) {
                type.duplicate(Json.of(type.text()));
            }
            type.requireNotEmpty();
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
            count.invalid(Json.of(count.integer()), "cannot be greater than " + shown);
        }
    }

    private static void collisions(Node status, JsonObject before) {
        JsonObject old = before.object("status");
        Node count = status.child("collisionCount");
        boolean had = old.has("collisionCount");
        if (had && (!count.isSet() || count.integer() < old.integer("collisionCount", 0))) {
            count.invalid(Json.of(count.integer()), "cannot be decremented");
        }
    }
}
