package kat.controllers.podautoscaler;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.JsonObject;

/// What pods request of a resource, as autoscalers count it.
///
/// **Source:** kube-controller-manager `podautoscaler/replica_calculator.go`, `calculateRequests`.
final class Requests {

    private Requests() {}

    /// In thousandths, by pod name.
    ///
    /// @param container empty for all of a pod
    /// @throws MetricFault when a container requests nothing
    static Map<String, Long> of(List<KubeObject> pods, String container, String resource)
            throws MetricFault {
        Map<String, Long> requests = new TreeMap<>();
        for (KubeObject pod : pods) {
            String whole = pod.spec().at("resources", "requests").string(resource);
            requests.put(
                    pod.name(),
                    container.isEmpty() && !whole.isEmpty()
                            ? Quantity.parse(whole).thousandths()
                            : ofContainers(pod, container, resource));
        }
        return requests;
    }

    private static long ofContainers(KubeObject pod, String container, String resource)
            throws MetricFault {
        List<JsonObject> all = new ArrayList<>(pod.spec().array("containers").objects());
        for (JsonObject init : pod.spec().array("initContainers").objects()) {
            if (init.string("restartPolicy").equals("Always")) {
                all.add(init);
            }
        }
        long sum = 0;
        boolean found = false;
        for (JsonObject each : all) {
            if (!container.isEmpty() && !each.string("name").equals(container)) {
                continue;
            }
            found = true;
            String request = each.at("resources", "requests").string(resource);
            if (request.isEmpty()) {
                throw new MetricFault(
                        "missing request for %s in container %s of Pod %s"
                                .formatted(resource, each.string("name"), pod.name()));
            }
            sum += Quantity.parse(request).thousandths();
        }
        if (!found && !container.isEmpty()) {
            throw new MetricFault("container " + container + " not found in Pod " + pod.name());
        }
        return sum;
    }
}
