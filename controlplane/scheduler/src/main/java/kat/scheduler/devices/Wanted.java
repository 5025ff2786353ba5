package kat.scheduler.devices;

import java.util.List;
import kat.api.KubeObject;

/// An option of a request, with what must be known before devices are tried.
///
/// @param type the class
/// @param count of devices
/// @param all the devices that it must have; empty where a number of them is enough
record Wanted(ClaimRequests.Option option, KubeObject type, long count, List<Device> all) {

    static final String ALL = "All";

    Wanted {
        all = List.copyOf(all);
    }

    boolean isAll() {
        return option.mode().equals(ALL);
    }
}
