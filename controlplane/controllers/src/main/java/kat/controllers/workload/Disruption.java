package kat.controllers.workload;

import java.time.Instant;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.Patch;

/// Tells in a pod's status why the cluster is about to delete it.
///
/// **Source:** Pod disruption conditions, KEP-3329.
public final class Disruption {

    private Disruption() {}

    /// Sets the condition `DisruptionTarget`.
    public static Change mark(KubeObject pod, String reason, String message, Instant now) {
        return patch(
                pod, JsonObject.EMPTY.with("conditions", conditions(pod, reason, message, now)));
    }

    /// Sets the condition `DisruptionTarget` and the phase `Failed`.
    public static Change fail(KubeObject pod, String reason, String message, Instant now) {
        return patch(
                pod,
                JsonObject.EMPTY
                        .with("conditions", conditions(pod, reason, message, now))
                        .with("phase", "Failed"));
    }

    /// Sets the condition `DisruptionTarget` to false, without a reason.
    public static Change takeBack(KubeObject pod, Instant now) {
        JsonObject condition =
                JsonObject.builder()
                        .put("type", "DisruptionTarget")
                        .put("status", "False")
                        .put("reason", JsonNull.NULL)
                        .put("message", JsonNull.NULL)
                        .put("lastTransitionTime", Conditions.seconds(now))
                        .put("observedGeneration", pod.generation())
                        .build();
        return patch(pod, JsonObject.of("conditions", JsonArray.of(condition)));
    }

    /// Sets the phase `Failed`, and nothing else.
    public static Change fail(KubeObject pod) {
        return patch(pod, JsonObject.EMPTY.with("phase", "Failed"));
    }

    private static JsonArray conditions(
            KubeObject pod, String reason, String message, Instant now) {
        JsonObject condition =
                Conditions.of("DisruptionTarget", "True", reason, message)
                        .with("observedGeneration", pod.generation());
        return Conditions.set(pod.status().array("conditions"), condition, now);
    }

    private static Change patch(KubeObject pod, JsonObject status) {
        JsonObject body =
                JsonObject.of(
                        "metadata", JsonObject.EMPTY.with("uid", pod.uid()), "status", status);
        return new Change.PatchObject(Kinds.POD, pod.key(), Patch.strategic(body), "status");
    }
}
