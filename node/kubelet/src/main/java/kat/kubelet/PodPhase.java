package kat.kubelet;

import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.kubelet.spec.RestartRules;

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
    private int restarted;

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
                counts.countInit(pod.spec(), init, status);
            }
        }
        for (JsonObject container : pod.spec().array("containers").objects()) {
            counts.count(
                    pod.spec(),
                    container,
                    PodConditions.named(containers, container.string("name")));
        }
        boolean begun = containers.stream().anyMatch(PodConditions::hasStarted);
        return counts.phase(begun, isOver);
    }

    private void countInit(JsonObject spec, JsonObject init, JsonObject status) {
        JsonObject state = status.object("state");
        JsonObject ended = state.object("terminated");
        JsonObject endedBefore = status.object("lastState").object("terminated");
        if (!ended.isEmpty()) {
            failedInit += hasFailedForGood(spec, init, ended) ? 1 : 0;
        } else if (state.has("waiting") && !endedBefore.isEmpty()) {
            failedInit += hasFailedForGood(spec, init, endedBefore) ? 1 : 0;
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

    private static boolean hasFailedForGood(
            JsonObject spec, JsonObject container, JsonObject ended) {
        long exitCode = ended.integer("exitCode", 0);
        return exitCode != 0 && !isRestarted(spec, container, ended);
    }

    private static boolean isRestarted(JsonObject spec, JsonObject container, JsonObject ended) {
        return ended.string("reason").equals(ContainerReports.TAKEN_AWAY)
                || RestartRules.isRestarted(spec, container, ended.integer("exitCode", 0));
    }

    private void count(JsonObject spec, JsonObject container, JsonObject status) {
        JsonObject state = status.object("state");
        if (state.has("running")) {
            running++;
        } else if (state.has("terminated")) {
            stopped++;
            long exitCode = state.object("terminated").integer("exitCode", 0);
            succeeded += exitCode == 0 ? 1 : 0;
            restarted += isRestarted(spec, container, state.object("terminated")) ? 1 : 0;
        } else if (state.has("waiting")) {
            JsonObject before = status.object("lastState").object("terminated");
            boolean ranBefore = !before.isEmpty();
            stopped += ranBefore ? 1 : 0;
            restarted += ranBefore && isRestarted(spec, container, before) ? 1 : 0;
            waiting += ranBefore ? 0 : 1;
        } else {
            unknown++;
        }
    }

    private String phase(boolean begun, boolean isOver) {
        if (failedInit > 0) {
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
        if (restarted > 0) {
            return "Running";
        }
        return stopped == succeeded ? "Succeeded" : "Failed";
    }
}
