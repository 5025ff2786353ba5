package kat.api.defaults;

import java.util.List;
import java.util.stream.Stream;
import kat.api.Quantity;
import kat.api.json.JsonObject;

/// Requests of a whole pod: from those of its containers, else from its limits.
///
/// **Source:** `defaultPodRequests` in `pkg/apis/core/v1/defaults.go` (KEP 2837).
final class PodLevelResources {

    /// What containers ask for may be more than there is; of huge pages it may not.
    private static final List<String> SUMMED = List.of("cpu", "memory");

    private PodLevelResources() {}

    static JsonObject fill(JsonObject spec) {
        JsonObject resources = spec.object("resources");
        JsonObject requests = resources.object("requests");
        JsonObject limits = resources.object("limits");
        if (limits.isEmpty()) {
            return spec;
        }
        for (String name : SUMMED) {
            if (!requests.has(name) && isRequested(spec, name)) {
                requests = requests.with(name, sum(spec, name).toString());
            }
        }
        for (int i = 0; i < limits.size(); i++) {
            String name = limits.nameAt(i);
            boolean known = SUMMED.contains(name) || name.startsWith("hugepages-");
            if (known && !requests.has(name)) {
                requests = requests.with(name, limits.valueAt(i));
            }
        }
        return requests.isEmpty()
                ? spec
                : spec.with("resources", resources.with("requests", requests));
    }

    private static boolean isRequested(JsonObject spec, String resource) {
        return Stream.of("containers", "initContainers")
                .flatMap(list -> spec.array(list).objects().stream())
                .anyMatch(container -> container.at("resources", "requests").has(resource));
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
