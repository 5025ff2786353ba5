package kat.kubelet.dra;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.csi.DevicePlugin.Claim;
import kat.csi.DevicePlugin.Device;

/// What a node knows of a ResourceClaim.
///
/// @param pods uids of those that use it here
/// @param devices by driver; each driver of the claim is there, though it may have no device
/// @param state how far it is
record ClaimRecord(
        ObjectKey key,
        String uid,
        SortedSet<String> pods,
        SortedMap<String, List<Device>> devices,
        State state) {

    /// | state     | next                                                             |
    /// |-----------|------------------------------------------------------------------|
    /// | `NEW`     | `READY` when all drivers have made it ready; `LEAVING`           |
    /// | `READY`   | `LEAVING` when its last pod goes                                 |
    /// | `LEAVING` | gone when all drivers have taken it back, else the one before    |
    ///
    /// After a restart all are `NEW`: drivers are asked again, which is harmless.
    enum State {
        NEW,
        READY,
        LEAVING
    }

    ClaimRecord {
        pods = Collections.unmodifiableSortedSet(new TreeSet<>(pods));
        devices = Collections.unmodifiableSortedMap(new TreeMap<>(devices));
    }

    /// One that nobody has made ready yet.
    static ClaimRecord of(KubeObject claim) {
        SortedMap<String, List<Device>> drivers = new TreeMap<>();
        for (JsonObject result :
                claim.status().at("allocation", "devices").array("results").objects()) {
            drivers.put(result.string("driver"), List.of());
        }
        return new ClaimRecord(claim.key(), claim.uid(), new TreeSet<>(), drivers, State.NEW);
    }

    /// As drivers are told of it.
    Claim claim() {
        return new Claim(key.namespace(), uid, key.name());
    }

    ClaimRecord with(String pod) {
        SortedSet<String> more = new TreeSet<>(pods);
        more.add(pod);
        return new ClaimRecord(key, uid, more, devices, state);
    }

    ClaimRecord without(String pod) {
        SortedSet<String> fewer = new TreeSet<>(pods);
        fewer.remove(pod);
        return new ClaimRecord(key, uid, fewer, devices, state);
    }

    ClaimRecord with(State value) {
        return new ClaimRecord(key, uid, pods, devices, value);
    }

    ClaimRecord ready(SortedMap<String, List<Device>> value) {
        return new ClaimRecord(key, uid, pods, value, State.READY);
    }

    /// By which names a runtime knows the devices.
    ///
    /// @param request of the claim; empty for all
    List<String> cdiDevices(String request) {
        List<String> names = new ArrayList<>();
        for (List<Device> ofDriver : devices.values()) {
            for (Device device : ofDriver) {
                boolean asked =
                        request.isEmpty()
                                || device.requests().isEmpty()
                                || device.requests().contains(request);
                if (asked) {
                    names.addAll(device.cdiDevices());
                }
            }
        }
        return names;
    }
}
