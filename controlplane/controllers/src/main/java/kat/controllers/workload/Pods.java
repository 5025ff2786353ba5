package kat.controllers.workload;

import java.time.Duration;
import java.time.Instant;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What is to be known of a pod from its status.
public final class Pods {

    private Pods() {}

    /// The condition of a type; empty when the pod has none.
    public static JsonObject condition(KubeObject object, String type) {
        for (JsonObject condition : object.status().array("conditions").objects()) {
            if (condition.string("type").equals(type)) {
                return condition;
            }
        }
        return JsonObject.EMPTY;
    }

    public static boolean isReady(KubeObject pod) {
        return condition(pod, "Ready").string("status").equals("True");
    }

    /// Since when the pod is ready; null when it is not.
    public static @Nullable Instant readySince(KubeObject pod) {
        JsonObject ready = condition(pod, "Ready");
        String since = ready.string("lastTransitionTime");
        return ready.string("status").equals("True") && !since.isEmpty()
                ? Instant.parse(since)
                : null;
    }

    /// Whether the pod has been ready for `minReadySeconds`.
    public static boolean isAvailable(KubeObject pod, long minReadySeconds, Instant now) {
        if (!isReady(pod)) {
            return false;
        }
        Instant since = readySince(pod);
        return minReadySeconds == 0
                || (since != null && !since.plusSeconds(minReadySeconds).isAfter(now));
    }

    /// How long until a ready pod becomes available; null when time alone does not make it so.
    public static @Nullable Duration untilAvailable(
            KubeObject pod, long minReadySeconds, Instant now) {
        Instant since = readySince(pod);
        if (since == null || minReadySeconds == 0) {
            return null;
        }
        Duration left = Duration.between(now, since.plusSeconds(minReadySeconds));
        return left.isPositive() ? left : null;
    }

    public static String phase(KubeObject pod) {
        return pod.status().string("phase");
    }

    public static boolean hasEnded(KubeObject pod) {
        String phase = phase(pod);
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /// Whether the pod runs or will run, and is not on its way out.
    public static boolean isActive(KubeObject pod) {
        return !hasEnded(pod) && !pod.isDeleting();
    }

    public static String node(KubeObject pod) {
        return pod.spec().string("nodeName");
    }

    /// The largest number of restarts of a container of the pod.
    public static long restarts(KubeObject pod) {
        long most = 0;
        for (JsonObject container : pod.status().array("containerStatuses").objects()) {
            most = Math.max(most, container.integer("restartCount", 0));
        }
        return most;
    }
}
