package kat.scheduler.devices;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.JsonObject;

/// A ResourceSlice: devices of one pool, or the counters that its devices have in common.
///
/// @param generation of the pool; older ones do not count
/// @param count of the slices that the pool has in all
/// @param reach of all its devices; nowhere where each has its own
/// @param perDevice whether each device says where it can be used
/// @param counters in common
public record Slice(
        String name,
        PoolId pool,
        long generation,
        long count,
        Reach reach,
        boolean perDevice,
        List<CounterSet> counters,
        List<Device> devices) {

    public Slice {
        counters = List.copyOf(counters);
        devices = List.copyOf(devices);
    }

    /// Amounts that devices of a pool take from, by counter.
    record CounterSet(String name, SequencedMap<String, Quantity> counters) {}

    /// A slice as seen; read once a version.
    public static Slice of(KubeObject slice) {
        return slice.view(Slice.class, Slice::parse);
    }

    private static Slice parse(KubeObject slice) {
        JsonObject spec = slice.spec();
        JsonObject pool = spec.object("pool");
        PoolId id = new PoolId(spec.string("driver"), pool.string("name"));
        boolean perDevice = spec.bool("perDeviceNodeSelection");
        Reach reach = perDevice ? Reach.NOWHERE : Reach.parse(spec);
        List<CounterSet> counters = new ArrayList<>();
        for (JsonObject set : spec.array("sharedCounters").objects()) {
            counters.add(
                    new CounterSet(set.string("name"), Device.amounts(set.object("counters"))));
        }
        List<Device> devices = new ArrayList<>();
        for (JsonObject device : spec.array("devices").objects()) {
            devices.add(Device.parse(id, device, perDevice ? null : reach));
        }
        return new Slice(
                slice.name(),
                id,
                pool.integer("generation", 0),
                pool.integer("resourceSliceCount", 0),
                reach,
                perDevice,
                counters,
                devices);
    }

    /// Whether it matters for a node. Counters do for all.
    boolean concerns(Place place) {
        if (!counters.isEmpty()) {
            return true;
        }
        return perDevice
                ? devices.stream().anyMatch(device -> device.reach().covers(place))
                : reach.covers(place);
    }
}
