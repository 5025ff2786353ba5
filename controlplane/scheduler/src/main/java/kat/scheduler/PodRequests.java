package kat.scheduler;

import java.util.Map;
import kat.api.json.JsonObject;

/// Adds up what a pod requests: its containers and sidecars together, or the largest init container
/// with the sidecars started before it, whichever is more; then what the pod itself asks for in
/// their place, and the overhead of its runtime.
///
/// **Source:** KEP-753 (sidecar containers), KEP-2837 (pod level resources).
final class PodRequests {

    /// Assumed for a container that names no request, so that many such pods spread out.
    private static final Resources ASSUMED =
            Resources.of(Map.of("cpu", 100L, "memory", 200L << 20));

    private PodRequests() {}

    static Resources of(JsonObject spec) {
        return sum(spec, Resources.NONE);
    }

    static Resources forScoring(JsonObject spec) {
        return sum(spec, ASSUMED);
    }

    private static Resources sum(JsonObject spec, Resources assumed) {
        Resources running = Resources.NONE;
        for (JsonObject container : spec.array("containers").objects()) {
            running = running.plus(request(container, assumed));
        }
        Resources sidecars = Resources.NONE;
        Resources starting = Resources.NONE;
        for (JsonObject container : spec.array("initContainers").objects()) {
            Resources request = request(container, assumed);
            if (container.string("restartPolicy").equals("Always")) {
                sidecars = sidecars.plus(request);
                starting = starting.max(sidecars);
            } else {
                starting = starting.max(sidecars.plus(request));
            }
        }
        Resources whole = running.plus(sidecars).max(starting);
        Resources ofPod = Resources.parse(spec.object("resources").object("requests"));
        return whole.replacedBy(ofPod).plus(Resources.parse(spec.object("overhead")));
    }

    private static Resources request(JsonObject container, Resources assumed) {
        JsonObject requests = container.object("resources").object("requests");
        return assumed.replacedBy(Resources.parse(requests));
    }
}
