package kat.api.defaults;

import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// Requests of a whole pod: from those of its containers, else from its limits.
///
/// **Source:** `defaultPodRequests` in `pkg/apis/core/v1/defaults.go` (KEP 2837).
final class PodLevelResources {

    private PodLevelResources() {}

    static JsonObject fill(JsonObject spec) {
        JsonObject resources = spec.object("resources");
        JsonObject requests = resources.object("requests");
        JsonObject limits = resources.object("limits");
        for (int i = 0; i < limits.size(); i++) {
            String name = limits.nameAt(i);
            if (requests.has(name)) {
                continue;
            }
            Quantity sum = sum(spec, name);
            Json request = sum.isZero() ? limits.valueAt(i) : Json.of(sum.toString());
            requests = requests.with(name, request);
        }
        return requests.isEmpty()
                ? spec
                : spec.with("resources", resources.with("requests", requests));
    }

    private static Quantity sum(JsonObject spec, String resource) {
        Quantity sum = Quantity.ZERO;
        Quantity largestInit = Quantity.ZERO;
        Quantity restartable = Quantity.ZERO;
        for (JsonObject container : spec.array("containers").objects()) {
            sum = sum.plus(request(container, resource));
        }
        for (JsonObject container : spec.array("initContainers").objects()) {
            Quantity request = request(container, resource);
            if (container.string("restartPolicy").equals("Always")) {
                restartable = restartable.plus(request);
                sum = sum.plus(request);
                request = restartable;
            } else {
                request = restartable.plus(request);
            }
            largestInit = request.compareTo(largestInit) > 0 ? request : largestInit;
        }
        return largestInit.compareTo(sum) > 0 ? largestInit : sum;
    }

    private static Quantity request(JsonObject container, String resource) {
        Quantity found =
                Quantity.tryParse(container.at("resources", "requests").string(resource, "0"));
        return found == null ? Quantity.ZERO : found;
    }
}
