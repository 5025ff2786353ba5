package kat.controllers.deployment;

import java.time.Duration;
import java.time.Instant;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.controllers.workload.Conditions;
import org.jspecify.annotations.Nullable;

/// What is told about a deployment: counts and the conditions Available, Progressing and
/// ReplicaFailure.
///
/// **Source:** kube-controller-manager `deployment/progress.go`.
final class DeploymentStatus {

    private static final String PROGRESSING = "Progressing";
    private static final String COMPLETE = "NewReplicaSetAvailable";
    private static final String TIMED_OUT = "ProgressDeadlineExceeded";
    private static final long NO_DEADLINE = Integer.MAX_VALUE;

    private final Rollout rollout;
    private final Instant now;

    DeploymentStatus(Rollout rollout, Instant now) {
        this.rollout = rollout;
        this.now = now;
    }

    /// The status as it should be; equal to the present one when nothing is to be told.
    JsonObject compute() {
        JsonObject before = rollout.deployment().status();
        JsonObject status = counts(before);
        JsonArray conditions = available(before.array("conditions"), status);
        conditions = failure(progress(conditions, before, status));
        return conditions.isEmpty()
                ? status.without("conditions")
                : status.with("conditions", conditions);
    }

    private JsonObject counts(JsonObject before) {
        KubeObject newSet = rollout.newSet();
        long updated = newSet == null ? 0 : Rollout.counted(newSet, "replicas");
        long available = rollout.sum("availableReplicas");
        JsonObject status = before;
        status = counted(status, "observedGeneration", rollout.deployment().generation());
        status = counted(status, "replicas", rollout.sum("replicas"));
        status = counted(status, "updatedReplicas", updated);
        status = counted(status, "readyReplicas", rollout.sum("readyReplicas"));
        status = counted(status, "availableReplicas", available);
        status = counted(status, "unavailableReplicas", Math.max(0, rollout.total() - available));
        return status.with("terminatingReplicas", rollout.sum("terminatingReplicas"));
    }

    private static JsonObject counted(JsonObject status, String name, long count) {
        return count == 0 ? status.without(name) : status.with(name, count);
    }

    private JsonArray available(JsonArray conditions, JsonObject status) {
        boolean enough = status.integer("availableReplicas", 0) >= rollout.minAvailable();
        return set(
                conditions,
                enough
                        ? Conditions.of(
                                "Available",
                                "True",
                                "MinimumReplicasAvailable",
                                "Deployment has minimum availability.")
                        : Conditions.of(
                                "Available",
                                "False",
                                "MinimumReplicasUnavailable",
                                "Deployment does not have minimum availability."));
    }

    private JsonArray progress(JsonArray conditions, JsonObject before, JsonObject status) {
        if (!hasDeadline()) {
            return Conditions.remove(conditions, PROGRESSING);
        }
        JsonObject known = Conditions.find(conditions, PROGRESSING);
        boolean settled =
                known.string("reason").equals(COMPLETE)
                        && status.integer("replicas", 0) == status.integer("updatedReplicas", 0);
        if (settled || rollout.isPaused()) {
            return conditions;
        }
        if (isComplete(status)) {
            return set(conditions, told("True", COMPLETE, "has successfully progressed."));
        }
        if (hasProgressed(before, status)) {
            // Set anew even when it says the same, since its update time starts the deadline again.
            JsonObject progressing = told("True", "ReplicaSetUpdated", "is progressing.");
            String since =
                    known.string("status").equals("True")
                            ? known.string("lastTransitionTime")
                            : Conditions.seconds(now);
            return Conditions.remove(conditions, PROGRESSING)
                    .with(
                            progressing
                                    .with("lastTransitionTime", since)
                                    .with("lastUpdateTime", Conditions.seconds(now)));
        }
        return isOverdue(known)
                ? set(conditions, told("False", TIMED_OUT, "has timed out progressing."))
                : conditions;
    }

    private JsonObject told(String status, String reason, String text) {
        KubeObject newSet = rollout.newSet();
        String subject =
                newSet == null
                        ? "Deployment \"" + rollout.deployment().name() + "\" "
                        : "ReplicaSet \"" + newSet.name() + "\" ";
        return Conditions.of(PROGRESSING, status, reason, subject + text);
    }

    private boolean isComplete(JsonObject status) {
        long wanted = rollout.wanted();
        return status.integer("updatedReplicas", 0) == wanted
                && status.integer("replicas", 0) == wanted
                && status.integer("availableReplicas", 0) == wanted;
    }

    private static boolean hasProgressed(JsonObject before, JsonObject after) {
        return grew(before, after, "updatedReplicas")
                || grew(before, after, "readyReplicas")
                || grew(before, after, "availableReplicas")
                || old(after) < old(before);
    }

    private static boolean grew(JsonObject before, JsonObject after, String count) {
        return after.integer(count, 0) > before.integer(count, 0);
    }

    private static long old(JsonObject status) {
        return status.integer("replicas", 0) - status.integer("updatedReplicas", 0);
    }

    private boolean hasDeadline() {
        long deadline = rollout.deployment().spec().integer("progressDeadlineSeconds", NO_DEADLINE);
        return deadline != NO_DEADLINE;
    }

    private boolean isOverdue(JsonObject progressing) {
        String reason = progressing.string("reason");
        if (progressing.isEmpty() || reason.equals(COMPLETE)) {
            return false;
        }
        Duration left = untilDeadline(progressing);
        return reason.equals(TIMED_OUT) || (left != null && left.isNegative());
    }

    private @Nullable Duration untilDeadline(JsonObject progressing) {
        String since = progressing.string("lastUpdateTime");
        long seconds = rollout.deployment().spec().integer("progressDeadlineSeconds", NO_DEADLINE);
        return since.isEmpty() || !hasDeadline()
                ? null
                : Duration.between(now, Instant.parse(since).plusSeconds(seconds));
    }

    /// When to look again for a roll-out that may get stuck; null when it cannot.
    @Nullable Duration nextLook() {
        JsonObject known =
                Conditions.find(rollout.deployment().status().array("conditions"), PROGRESSING);
        String reason = known.string("reason");
        if (known.isEmpty() || reason.equals(COMPLETE) || reason.equals(TIMED_OUT)) {
            return null;
        }
        Duration left = untilDeadline(known);
        // A second more: the deadline itself still counts as in time.
        return left == null || rollout.isPaused() ? null : left.plusSeconds(1);
    }

    private JsonArray failure(JsonArray conditions) {
        for (KubeObject set : rollout.allSets()) {
            JsonObject failure =
                    Conditions.find(set.status().array("conditions"), "ReplicaFailure");
            boolean concerns = set == rollout.newSet() || rollout.newSet() == null;
            if (!failure.isEmpty() && concerns) {
                return set(
                        conditions,
                        Conditions.of(
                                "ReplicaFailure",
                                failure.string("status"),
                                failure.string("reason"),
                                failure.string("message")));
            }
        }
        return Conditions.remove(conditions, "ReplicaFailure");
    }

    /// The conditions with Progressing as pausing or resuming leaves it.
    JsonArray pausing(JsonArray conditions) {
        JsonObject known = Conditions.find(conditions, PROGRESSING);
        boolean paused = known.string("reason").equals("DeploymentPaused");
        if (!hasDeadline() || known.string("reason").equals(TIMED_OUT)) {
            return conditions;
        }
        if (rollout.isPaused() && !paused) {
            return set(
                    conditions,
                    Conditions.of(
                            PROGRESSING, "Unknown", "DeploymentPaused", "Deployment is paused"));
        }
        if (!rollout.isPaused() && paused) {
            return set(
                    conditions,
                    Conditions.of(
                            PROGRESSING, "Unknown", "DeploymentResumed", "Deployment is resumed"));
        }
        return conditions;
    }

    /// As [Conditions#set], but a condition of the same status and reason stays as it is.
    JsonArray set(JsonArray conditions, JsonObject condition) {
        JsonObject known = Conditions.find(conditions, condition.string("type"));
        boolean same =
                known.string("status").equals(condition.string("status"))
                        && known.string("reason").equals(condition.string("reason"));
        return same
                ? conditions
                : Conditions.set(
                        conditions, condition.with("lastUpdateTime", Conditions.seconds(now)), now);
    }
}
