package kat.scheduler;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.client.Patch;

/// What the scheduler writes about a pod.
final class PodWrites {

    /// The reason of a pod that no node suits.
    static final String UNSCHEDULABLE = "Unschedulable";

    /// The reason of a pod about which nothing could be decided.
    static final String ERROR = "SchedulerError";

    /// Why the scheduler ends a pod.
    static final String PREEMPTED = "PreemptionByScheduler";

    private PodWrites() {}

    static KubeObject binding(KubeObject pod, String node) {
        JsonObject metadata =
                JsonObject.builder()
                        .put("name", pod.name())
                        .put("namespace", pod.namespace())
                        .put("uid", pod.uid())
                        .build();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Binding")
                        .put("metadata", metadata)
                        .put(
                                "target",
                                JsonObject.builder().put("kind", "Node").put("name", node).build())
                        .build());
    }

    /// @param node empty to take back what is told
    static Patch nominated(String node) {
        Json value = node.isEmpty() ? JsonNull.NULL : Json.of(node);
        return Patch.strategic(JsonObject.EMPTY.withAt(value, "status", "nominatedNodeName"));
    }

    /// Tells a pod why it must go.
    static Patch preempted(KubeObject pod, Instant now) {
        JsonObject condition =
                JsonObject.builder()
                        .put("type", "DisruptionTarget")
                        .put("status", "True")
                        .put("reason", PREEMPTED)
                        .put(
                                "message",
                                "default-scheduler: preempting to accommodate a higher priority"
                                        + " pod")
                        .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString())
                        .put("observedGeneration", pod.generation())
                        .build();
        return Patch.strategic(
                JsonObject.EMPTY.withAt(JsonArray.of(condition), "status", "conditions"));
    }

    /// Why a pod has no node.
    ///
    /// @param reason of the pod's condition
    record Unplaced(String reason, String message) {}

    /// @param isNews whether the pod does not say so already
    record Unschedulable(Patch patch, boolean isNews) {}

    /// @param takesBack whether the pod is no longer expected on any node
    static Unschedulable unschedulable(
            KubeObject pod, Unplaced why, boolean takesBack, Instant now) {
        JsonObject known = JsonObject.EMPTY;
        for (JsonObject condition : pod.status().array("conditions").objects()) {
            if (condition.string("type").equals("PodScheduled")) {
                known = condition;
            }
        }
        boolean same =
                known.string("status").equals("False")
                        && known.string("reason").equals(why.reason())
                        && known.string("message").equals(why.message());
        String since =
                known.string("status").equals("False")
                        ? known.string("lastTransitionTime")
                        : now.truncatedTo(ChronoUnit.SECONDS).toString();
        JsonObject condition =
                JsonObject.builder()
                        .put("type", "PodScheduled")
                        .put("status", "False")
                        .put("reason", why.reason())
                        .put("message", why.message())
                        .put("lastProbeTime", JsonNull.NULL)
                        .put("lastTransitionTime", since)
                        .put("observedGeneration", pod.generation())
                        .build();
        JsonObject patch = JsonObject.EMPTY.withAt(JsonArray.of(condition), "status", "conditions");
        if (takesBack) {
            patch = patch.withAt(JsonNull.NULL, "status", "nominatedNodeName");
        }
        return new Unschedulable(Patch.strategic(patch), !same || takesBack);
    }
}
