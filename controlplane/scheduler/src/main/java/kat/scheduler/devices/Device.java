package kat.scheduler.devices;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// A device, as its slice tells it.
///
/// @param tree the slice's entry
/// @param reach its own, or its slice's
/// @param hasOwnReach whether it is its own
/// @param isShared whether several claims may have parts of it
/// @param capacity by name
/// @param consumes what it takes of the counters of its pool
record Device(
        DeviceId id,
        JsonObject tree,
        Reach reach,
        boolean hasOwnReach,
        boolean isShared,
        SequencedMap<String, Capacity> capacity,
        List<Consumption> consumes) {

    Device {
        consumes = List.copyOf(consumes);
    }

    /// Amounts of one set of counters, by counter.
    record Consumption(String set, SequencedMap<String, Quantity> counters) {

        static List<Consumption> parse(JsonObject device) {
            List<Consumption> found = new ArrayList<>();
            for (JsonObject each : device.array("consumesCounters").objects()) {
                found.add(
                        new Consumption(
                                each.string("counterSet"), amounts(each.object("counters"))));
            }
            return found;
        }
    }

    static SequencedMap<String, Quantity> amounts(JsonObject tree) {
        SequencedMap<String, Quantity> counters = new LinkedHashMap<>();
        for (String name : tree.names()) {
            counters.put(name, Quantity.parse(tree.object(name).string("value", "0")));
        }
        return counters;
    }

    /// @param common what the slice says of all its devices; null where each says it
    static Device parse(PoolId pool, JsonObject tree, @Nullable Reach common) {
        SequencedMap<String, Capacity> capacity = new LinkedHashMap<>();
        JsonObject capacities = tree.object("capacity");
        for (String name : capacities.names()) {
            capacity.put(name, Capacity.parse(capacities.object(name)));
        }
        return new Device(
                new DeviceId(pool.driver(), pool.pool(), tree.string("name")),
                tree,
                common == null ? Reach.parse(tree) : common,
                common == null,
                tree.bool("allowMultipleAllocations"),
                capacity,
                Consumption.parse(tree));
    }

    PoolId pool() {
        return new PoolId(id.driver(), id.pool());
    }

    boolean bindsToNode() {
        return tree.bool("bindsToNode");
    }

    boolean hasBindingConditions() {
        return !tree.array("bindingConditions").isEmpty();
    }

    List<JsonObject> taints() {
        return tree.array("taints").objects();
    }

    /// An attribute by its full name; one without a domain is in that of the driver.
    @Nullable Json attribute(String name) {
        JsonObject attributes = tree.object("attributes");
        Json own = attributes.get(name);
        String prefix = id.driver() + "/";
        return own == null && name.startsWith(prefix)
                ? attributes.get(name.substring(prefix.length()))
                : own;
    }
}
