package kat.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.json.JsonObject;

/// The class in which a node treats a pod: `Guaranteed` when every container has equal limits and
/// requests of processor and memory, `BestEffort` when none has any, else `Burstable`. With
/// resources at the level of the pod, those alone decide.
///
/// **Source:** `pkg/apis/core/v1/helper/qos`.
public final class QualityOfService {

    private static final List<String> RESOURCES = List.of("cpu", "memory");

    private QualityOfService() {}

    /// @param spec a pod's spec with defaults
    public static String of(JsonObject spec) {
        if (spec.has("resources")) {
            return of(List.of(spec));
        }
        List<JsonObject> containers = new ArrayList<>(spec.array("containers").objects());
        containers.addAll(spec.array("initContainers").objects());
        return of(containers);
    }

    private static String of(List<JsonObject> parts) {
        Map<String, Quantity> requests = new TreeMap<>();
        Map<String, Quantity> limits = new TreeMap<>();
        boolean guaranteed = true;
        for (JsonObject part : parts) {
            add(requests, part.at("resources", "requests"));
            int found = add(limits, part.at("resources", "limits"));
            guaranteed &= found == RESOURCES.size();
        }
        if (requests.isEmpty() && limits.isEmpty()) {
            return "BestEffort";
        }
        return guaranteed && requests.equals(limits) ? "Guaranteed" : "Burstable";
    }

    private static int add(Map<String, Quantity> sums, JsonObject amounts) {
        int found = 0;
        for (String resource : RESOURCES) {
            Quantity amount = Quantity.tryParse(amounts.string(resource, "0"));
            if (amount != null && amount.signum() > 0) {
                sums.merge(resource, amount, Quantity::plus);
                found++;
            }
        }
        return found;
    }
}
