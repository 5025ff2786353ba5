package kat.scheduler;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// Adds up what a pod requests: its containers and sidecars together, or the largest init container
/// with the sidecars started before it, whichever is more; then what the pod itself asks for in
/// their place, and the overhead of its runtime.
///
/// **Source:** KEP-753 (sidecar containers), KEP-2837 (pod level resources),
/// KEP-1287 (resizes in place).
final class PodRequests {

    /// Assumed for a container that names no request, so that many such pods spread out.
    private static final Resources ASSUMED =
            Resources.of(Map.of("cpu", 100L, "memory", 200L << 20));

    private static final String REQUESTS = "requests";

    private PodRequests() {}

    static Resources of(KubeObject pod) {
        return sum(pod, Resources.NONE);
    }

    static Resources forScoring(KubeObject pod) {
        return sum(pod, ASSUMED);
    }

    private static Resources sum(KubeObject pod, Resources assumed) {
        JsonObject spec = pod.spec();
        Holding holding = Holding.of(pod.status());
        Resources running = Resources.NONE;
        for (JsonObject container : spec.array("containers").objects()) {
            running = running.plus(assumed.replacedBy(holding.request(container)));
        }
        Resources sidecars = Resources.NONE;
        Resources starting = Resources.NONE;
        for (JsonObject container : spec.array("initContainers").objects()) {
            if (container.string("restartPolicy").equals("Always")) {
                sidecars = sidecars.plus(assumed.replacedBy(holding.request(container)));
                starting = starting.max(sidecars);
            } else {
                Resources request = assumed.replacedBy(asked(container));
                starting = starting.max(sidecars.plus(request));
            }
        }
        Resources whole = running.plus(sidecars).max(starting);
        return whole.replacedBy(holding.requestOfPod(spec))
                .plus(Resources.parse(spec.object("overhead")));
    }

    private static Resources asked(JsonObject of) {
        return Resources.parse(of.object("resources").object(REQUESTS));
    }

    /// What containers of a pod hold while they are resized. The largest of what is asked for,
    /// allotted and held counts; what is asked for does not where the node can never give it.
    ///
    /// @param containers their statuses by name; only those that tell what they hold
    ///
    /// **Source:** component-helpers `resource/helpers.go`, `PodRequests` with
    /// `UseStatusResources`.
    private record Holding(
            JsonObject status, Map<String, JsonObject> containers, boolean isInfeasible) {

        private static final String RESOURCES = "resources";

        static Holding of(JsonObject status) {
            Map<String, JsonObject> containers = new HashMap<>();
            for (String list : List.of("containerStatuses", "initContainerStatuses")) {
                for (JsonObject container : status.array(list).objects()) {
                    if (container.has(RESOURCES)) {
                        containers.put(container.string("name"), container);
                    }
                }
            }
            return new Holding(status, containers, isInfeasible(status));
        }

        private static boolean isInfeasible(JsonObject status) {
            for (JsonObject condition : status.array("conditions").objects()) {
                if (condition.string("type").equals("PodResizePending")) {
                    return condition.string("reason").equals("Infeasible");
                }
            }
            return false;
        }

        Resources request(JsonObject container) {
            JsonObject told = containers.get(container.string("name"));
            Resources asked = asked(container);
            return told == null ? asked : largest(asked, told);
        }

        /// What the pod asks for itself, in place of its containers.
        Resources requestOfPod(JsonObject spec) {
            Resources asked = asked(spec);
            return status.has(RESOURCES) ? asked.amountsFrom(largest(asked, status)) : asked;
        }

        private Resources largest(Resources asked, JsonObject told) {
            Resources held = asked(told).max(Resources.parse(told.object("allocatedResources")));
            return isInfeasible ? held : held.max(asked);
        }
    }
}
