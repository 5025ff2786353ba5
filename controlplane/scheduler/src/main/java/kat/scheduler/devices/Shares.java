package kat.scheduler.devices;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import kat.api.Quantity;

/// Parts of devices that are being given to claims, beside those that claims have.
///
/// **Threads:** one.
final class Shares {

    private final Map<DeviceId, List<Map<String, Quantity>>> given = new HashMap<>();
    private final Taken taken;

    Shares(Taken taken) {
        this.taken = taken;
    }

    boolean isInUse(DeviceId id) {
        return taken.parts().containsKey(id) || !given.getOrDefault(id, List.of()).isEmpty();
    }

    /// What one gets of a device's capacity.
    static SequencedMap<String, Quantity> portion(ClaimRequests.Option option, Device device) {
        SequencedMap<String, Quantity> portion = new LinkedHashMap<>();
        device.capacity()
                .forEach(
                        (name, capacity) ->
                                portion.put(name, capacity.portion(option.capacity().get(name))));
        return portion;
    }

    /// Whether the device has left what is asked for.
    boolean suffices(ClaimRequests.Option option, Device device) {
        if (!device.capacity().keySet().containsAll(option.capacity().keySet())) {
            return false;
        }
        for (Map.Entry<String, Capacity> entry : device.capacity().entrySet()) {
            Capacity capacity = entry.getValue();
            Quantity portion = capacity.portion(option.capacity().get(entry.getKey()));
            Quantity used = used(device.id(), entry.getKey());
            if (!capacity.allows(portion) || used.plus(portion).compareTo(capacity.value()) > 0) {
                return false;
            }
        }
        return true;
    }

    private Quantity used(DeviceId id, String name) {
        Quantity used = taken.parts().getOrDefault(id, Map.of()).getOrDefault(name, Quantity.ZERO);
        for (Map<String, Quantity> portion : given.getOrDefault(id, List.of())) {
            used = used.plus(portion.getOrDefault(name, Quantity.ZERO));
        }
        return used;
    }

    void give(DeviceId id, Map<String, Quantity> portion) {
        given.computeIfAbsent(id, _ -> new ArrayList<>()).add(portion);
    }

    /// Takes back what was given last.
    void takeBack(DeviceId id) {
        given.getOrDefault(id, new ArrayList<>()).removeLast();
    }
}
