package kat.scheduler.devices;

import java.util.HashMap;
import java.util.Map;
import kat.api.Quantity;

/// What is left of the counters that devices of a pool have in common.
///
/// **Threads:** one.
final class Counters {

    private final Map<PoolId, Map<String, Map<String, Quantity>>> left = new HashMap<>();
    private final Taken taken;

    Counters(Taken taken) {
        this.taken = taken;
    }

    /// Takes what a device needs; gives back whether there was enough.
    boolean take(Pool pool, Device device) {
        Map<String, Map<String, Quantity>> ofPool =
                left.computeIfAbsent(pool.id(), _ -> initial(pool));
        add(ofPool, device, -1);
        boolean suffices =
                ofPool.values().stream()
                        .flatMap(set -> set.values().stream())
                        .allMatch(amount -> amount.signum() >= 0);
        if (!suffices) {
            add(ofPool, device, 1);
        }
        return suffices;
    }

    void giveBack(Pool pool, Device device) {
        add(left.getOrDefault(pool.id(), Map.of()), device, 1);
    }

    private Map<String, Map<String, Quantity>> initial(Pool pool) {
        Map<String, Map<String, Quantity>> sets = new HashMap<>();
        pool.counters().forEach((name, counters) -> sets.put(name, new HashMap<>(counters)));
        pool.devices().stream().filter(d -> taken.has(d.id())).forEach(d -> add(sets, d, -1));
        pool.others().stream().filter(d -> taken.has(d.id())).forEach(d -> add(sets, d, -1));
        return sets;
    }

    private static void add(Map<String, Map<String, Quantity>> sets, Device device, int sign) {
        for (Device.Consumption each : device.consumes()) {
            Map<String, Quantity> set = sets.getOrDefault(each.set(), Map.of());
            each.counters()
                    .forEach(
                            (name, amount) ->
                                    set.computeIfPresent(
                                            name,
                                            (_, known) ->
                                                    sign < 0
                                                            ? known.minus(amount)
                                                            : known.plus(amount)));
        }
    }
}
