package kat.kubelet;

import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// Counts what a pod's containers do and gives its phase.
///
/// **Source:** `getPhase` in `pkg/kubelet/kubelet_pods.go`.
final class PodPhase {

    private int pending;
    private int failedInit;
    private int unknown;
    private int running;
    private int waiting;
    private int stopped;
    private int succeeded;

    private PodPhase() {}

    /// @param inits statuses of init containers, in the API's form
    /// @param containers statuses of the other containers, in the API's form
    /// @param isOver whether nothing of the pod will run again
    static String of(
            KubeObject pod, List<JsonObject> inits, List<JsonObject> containers, boolean isOver) {
        PodPhase counts = new PodPhase();
        for (JsonObject init : pod.spec().array("initContainers").objects()) {
            JsonObject status = PodConditions.named(inits, init.string("name"));
            if (PodConditions.isSidecar(init)) {
                counts.countSidecar(status);
            } else {
                counts.countInit(status);
            }
        }
        for (JsonObject container : pod.spec().array("containers").objects()) {
            counts.count(PodConditions.named(containers, container.string("name")));
        }
        boolean begun = containers.stream().anyMatch(PodConditions::hasStarted);
        return counts.phase(pod.spec().string("restartPolicy", "Always"), begun, isOver);
    }

    private void countInit(JsonObject status) {
        JsonObject state = status.object("state");
        JsonObject ended = state.object("terminated");
        JsonObject endedBefore = status.object("lastState").object("terminated");
        if (!ended.isEmpty()) {
            failedInit += ended.integer("exitCode", 0) == 0 ? 0 : 1;
        } else if (state.has("waiting") && !endedBefore.isEmpty()) {
            failedInit += endedBefore.integer("exitCode", 0) == 0 ? 0 : 1;
        } else {
            pending++;
        }
    }

    private void countSidecar(JsonObject status) {
        JsonObject state = status.object("state");
        if (state.has("running")) {
            pending += status.bool("started") ? 0 : 1;
            running++;
        } else if (state.has("waiting") && !status.object("lastState").has("terminated")) {
            pending++;
            waiting++;
        }
    }

    private void count(JsonObject status) {
        JsonObject state = status.object("state");
        if (state.has("running")) {
            running++;
        } else if (state.has("terminated")) {
            stopped++;
            succeeded += state.object("terminated").integer("exitCode", 0) == 0 ? 1 : 0;
        } else if (state.has("waiting")) {
            boolean ranBefore = status.object("lastState").has("terminated");
            stopped += ranBefore ? 1 : 0;
            waiting += ranBefore ? 0 : 1;
        } else {
            unknown++;
        }
    }

    private String phase(String policy, boolean begun, boolean isOver) {
        if (failedInit > 0 && policy.equals("Never")) {
            return "Failed";
        }
        if (pending > 0 && !begun) {
            return "Pending";
        }
        if (waiting > 0) {
            return "Pending";
        }
        if (running > 0 && unknown == 0) {
            return "Running";
        }
        if (running > 0 || stopped == 0 || unknown > 0) {
            return "Pending";
        }
        if (isOver) {
            return stopped == succeeded ? "Succeeded" : "Failed";
        }
        return stoppedPhase(policy);
    }

    private String stoppedPhase(String policy) {
        if (policy.equals("Always")) {
            return "Running";
        }
        if (stopped == succeeded) {
            return "Succeeded";
        }
        return policy.equals("Never") ? "Failed" : "Running";
    }
}
