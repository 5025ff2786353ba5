package kat.api.strategy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// What is said of the devices of a claim goes with the devices.
///
/// **Source:** Kubernetes' `pkg/registry/resource/resourceclaim/strategy.go`.
final class DeviceClaims {

    static final String RESOURCE = "resourceclaims.resource.k8s.io";

    private DeviceClaims() {}

    static JsonObject withoutFreed(JsonObject status, JsonObject old) {
        Set<List<String>> freed = results(old);
        freed.removeAll(results(status));
        JsonArray devices = status.array("devices");
        if (devices.isEmpty()) {
            return status.without("devices");
        }
        List<Json> left =
                devices.items().stream()
                        .filter(
                                each ->
                                        !(each instanceof JsonObject device)
                                                || !freed.contains(identity(device)))
                        .toList();
        return left.isEmpty()
                ? status.without("devices")
                : status.with("devices", new JsonArray(left));
    }

    private static Set<List<String>> results(JsonObject status) {
        Set<List<String>> results = new HashSet<>();
        for (JsonObject result :
                status.object("allocation").object("devices").array("results").objects()) {
            results.add(identity(result));
        }
        return results;
    }

    private static List<String> identity(JsonObject device) {
        return List.of(
                device.string("driver"),
                device.string("pool"),
                device.string("device"),
                device.string("shareID"));
    }
}
