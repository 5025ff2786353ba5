package kat.kubelet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What becomes of a pod on a simulated node; pure.
///
/// | the pod                                  | what happens                              |
/// |------------------------------------------|-------------------------------------------|
/// | is new                                   | runs and is ready, in one write           |
/// | belongs to a Job, not to restart always  | succeeds a while after its start          |
/// | is being deleted, holds finalizers       | fails, then its deletion is confirmed     |
/// | is being deleted                         | its deletion is confirmed                 |
/// | has succeeded or failed                  | nothing                                   |
final class SimulatedPods {

    /// What to do about a pod.
    sealed interface Step {
        /// Write this status.
        record Report(JsonObject status) implements Step {}

        /// Delete the object now.
        record Remove() implements Step {}

        /// Look again after `delay`.
        record Wait(Duration delay) implements Step {}

        record Nothing() implements Step {}
    }

    private SimulatedPods() {}

    /// @param address the pod's own
    /// @param nodeAddress that of its node
    static Step decide(
            KubeObject pod,
            String address,
            String nodeAddress,
            SimulatedConfig config,
            Instant now) {
        String phase = pod.status().string("phase", "Pending");
        boolean over = phase.equals("Succeeded") || phase.equals("Failed");
        if (pod.isDeleting()) {
            return leave(pod, over, address, nodeAddress, now);
        }
        if (over) {
            return new Step.Nothing();
        }
        if (!phase.equals("Running")) {
            Duration left = left(pod.creationTimestamp(), config.startDelay(), now);
            return left.isPositive()
                    ? new Step.Wait(left)
                    : new Step.Report(status(pod, "Running", address, nodeAddress, now));
        }
        if (finishes(pod)) {
            Instant start = Instant.parse(pod.status().string("startTime", now.toString()));
            Duration left = left(start, config.jobDuration(), now);
            return left.isPositive()
                    ? new Step.Wait(left)
                    : new Step.Report(status(pod, "Succeeded", address, nodeAddress, now));
        }
        JsonObject status = status(pod, "Running", address, nodeAddress, now);
        return saysTheSame(status, pod.status()) ? new Step.Nothing() : new Step.Report(status);
    }

    /// Only what can change under a running pod is compared: its readiness gates and generation.
    private static boolean saysTheSame(JsonObject status, JsonObject stored) {
        JsonObject ready = PodConditions.find(status.array("conditions"), "Ready");
        JsonObject before = PodConditions.find(stored.array("conditions"), "Ready");
        return ready.string("status").equals(before.string("status"))
                && ready.string("message").equals(before.string("message"))
                && status.integer("observedGeneration", 0)
                        == stored.integer("observedGeneration", 0);
    }

    private static Step leave(
            KubeObject pod, boolean over, String address, String nodeAddress, Instant now) {
        if (pod.finalizers().isEmpty()) {
            return new Step.Remove();
        }
        if (!over) {
            return new Step.Report(status(pod, "Failed", address, nodeAddress, now));
        }
        return pod.metadata().integer("deletionGracePeriodSeconds", 0) == 0
                ? new Step.Nothing()
                : new Step.Remove();
    }

    private static Duration left(@Nullable Instant from, Duration wanted, Instant now) {
        return wanted.isZero() || from == null
                ? Duration.ZERO
                : Duration.between(now, from.plus(wanted));
    }

    private static boolean finishes(KubeObject pod) {
        OwnerReference owner = pod.controller();
        return owner != null
                && owner.kind().equals("Job")
                && !pod.spec().string("restartPolicy").equals("Always");
    }

    private static JsonObject status(
            KubeObject pod, String phase, String address, String nodeAddress, Instant now) {
        String start = pod.status().string("startTime", PodConditions.time(now));
        List<JsonObject> inits = new ArrayList<>();
        for (JsonObject container : pod.spec().array("initContainers").objects()) {
            String state = PodConditions.isSidecar(container) ? phase : "Succeeded";
            inits.add(container(pod, container, state, start, now));
        }
        List<JsonObject> containers = new ArrayList<>();
        for (JsonObject container : pod.spec().array("containers").objects()) {
            containers.add(container(pod, container, phase, start, now));
        }
        JsonArray conditions =
                PodConditions.of(pod, new PodConditions.Facts(phase, true, inits, containers), now);
        JsonObject.Builder status =
                JsonObject.builder()
                        .put("phase", phase)
                        .put("observedGeneration", pod.generation())
                        .put("startTime", start)
                        .put("conditions", conditions)
                        .put("containerStatuses", new JsonArray(List.copyOf(containers)))
                        .put("hostIP", nodeAddress)
                        .put("hostIPs", addresses(nodeAddress));
        if (!inits.isEmpty()) {
            status.put("initContainerStatuses", new JsonArray(List.copyOf(inits)));
        }
        String own = pod.spec().bool("hostNetwork") ? nodeAddress : address;
        return status.put("podIP", own).put("podIPs", addresses(own)).build();
    }

    private static JsonArray addresses(String one) {
        return JsonArray.of(JsonObject.of("ip", Json.of(one)));
    }

    private static JsonObject container(
            KubeObject pod, JsonObject container, String phase, String start, Instant now) {
        boolean runs = phase.equals("Running");
        boolean well = phase.equals("Succeeded");
        boolean init = pod.spec().array("initContainers").items().contains(container);
        JsonObject state =
                runs
                        ? JsonObject.of("running", JsonObject.of("startedAt", Json.of(start)))
                        : JsonObject.of("terminated", ended(well, start, now));
        return JsonObject.builder()
                .put("name", container.string("name"))
                .put("image", container.string("image"))
                .put("imageID", "")
                .put("containerID", "simulated://" + pod.uid() + "/" + container.string("name"))
                .put("ready", runs || (init && well))
                .put("started", runs)
                .put("restartCount", 0)
                .put("state", state)
                .put("lastState", JsonObject.EMPTY)
                .build();
    }

    private static JsonObject ended(boolean well, String start, Instant now) {
        return JsonObject.builder()
                .put("exitCode", well ? 0 : 137)
                .put("reason", well ? "Completed" : "Error")
                .put("startedAt", start)
                .put("finishedAt", PodConditions.time(now))
                .build();
    }
}
