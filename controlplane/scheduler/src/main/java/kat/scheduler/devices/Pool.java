package kat.scheduler.devices;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import kat.api.Quantity;

/// A pool, as far as it reaches a node.
///
/// @param devices in the order in which they are tried
/// @param others devices that the node does not reach, which take of the same counters
/// @param counters in common, by set and name
record Pool(
        PoolId id,
        State state,
        List<Device> devices,
        List<Device> others,
        SequencedMap<String, SequencedMap<String, Quantity>> counters) {

    Pool {
        devices = List.copyOf(devices);
        others = List.copyOf(others);
    }

    /// Whether its devices can be given away.
    enum State {
        USABLE,
        /// Its driver is about to write the rest of it.
        INCOMPLETE,
        /// What it says contradicts itself.
        INVALID
    }

    static Pool incomplete(PoolId id) {
        return new Pool(id, State.INCOMPLETE, List.of(), List.of(), new TreeMap<>());
    }

    private static Pool invalid(PoolId id) {
        return new Pool(id, State.INVALID, List.of(), List.of(), new TreeMap<>());
    }

    /// @param near slices that concern the node
    /// @param all slices of the pool
    static Pool of(PoolId id, List<Slice> near, List<Slice> all) {
        List<Slice> sorted = new ArrayList<>(near);
        sorted.sort(Comparator.comparing(Slice::name));
        SequencedMap<String, SequencedMap<String, Quantity>> counters = new TreeMap<>();
        List<Device> devices = new ArrayList<>();
        for (Slice slice : sorted) {
            devices.addAll(slice.devices());
            for (Slice.CounterSet set : slice.counters()) {
                if (counters.putIfAbsent(set.name(), set.counters()) != null) {
                    return invalid(id);
                }
            }
        }
        List<Device> others = new ArrayList<>();
        all.stream().filter(each -> !near.contains(each)).forEach(s -> others.addAll(s.devices()));
        boolean isValid =
                areDistinct(devices)
                        && devices.stream().allMatch(each -> isCounted(each, counters))
                        && others.stream().allMatch(each -> isCounted(each, counters));
        return isValid ? new Pool(id, State.USABLE, devices, others, counters) : invalid(id);
    }

    private static boolean areDistinct(List<Device> devices) {
        Set<String> names = new HashSet<>();
        return devices.stream().allMatch(device -> names.add(device.id().device()));
    }

    private static boolean isCounted(
            Device device, SequencedMap<String, SequencedMap<String, Quantity>> counters) {
        return device.consumes().stream()
                .allMatch(
                        each ->
                                counters.containsKey(each.set())
                                        && counters.get(each.set())
                                                .keySet()
                                                .containsAll(each.counters().keySet()));
    }

    /// Devices that take time to attach are the last to be tried.
    boolean hasBindingConditions() {
        return devices.stream().anyMatch(Device::hasBindingConditions);
    }
}
