package kat.scheduler.devices;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.JsonObject;

/// What claims already have.
///
/// @param whole devices that one claim has for itself
/// @param parts devices that claims have shares of, with what is taken of their capacity
public record Taken(Set<DeviceId> whole, Map<DeviceId, Map<String, Quantity>> parts) {

    private record OfClaim(List<JsonObject> results) {}

    /// @param claims all of the cluster; those without devices add nothing
    public static Taken by(List<KubeObject> claims) {
        Set<DeviceId> whole = new HashSet<>();
        Map<DeviceId, Map<String, Quantity>> parts = new HashMap<>();
        for (KubeObject claim : claims) {
            OfClaim own = claim.view(OfClaim.class, Taken::results);
            for (JsonObject result : own.results()) {
                DeviceId id = id(result);
                if (result.has("shareID")) {
                    Map<String, Quantity> taken = parts.computeIfAbsent(id, _ -> new HashMap<>());
                    result.object("consumedCapacity")
                            .strings()
                            .forEach(
                                    (name, text) ->
                                            taken.merge(
                                                    name, Quantity.parse(text), Quantity::plus));
                } else {
                    whole.add(id);
                }
            }
        }
        return new Taken(whole, parts);
    }

    /// Devices of which a claim takes something from others; those for administrators do not.
    private static OfClaim results(KubeObject claim) {
        return new OfClaim(
                claim.status().at("allocation", "devices").array("results").objects().stream()
                        .filter(result -> !result.bool("adminAccess"))
                        .toList());
    }

    private static DeviceId id(JsonObject result) {
        return new DeviceId(
                result.string("driver"), result.string("pool"), result.string("device"));
    }

    boolean has(DeviceId id) {
        return whole.contains(id) || parts.containsKey(id);
    }
}
