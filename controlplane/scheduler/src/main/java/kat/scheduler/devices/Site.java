package kat.scheduler.devices;

import java.util.List;
import kat.api.KubeObject;

/// A node with the pools that reach it.
///
/// @param taken what claims have, anywhere
/// @param selection which devices expressions select
record Site(Place place, List<Pool> pools, Taken taken, Selection selection) {

    Site {
        pools = List.copyOf(pools);
    }

    boolean hasInvalidPools() {
        return pools.stream().anyMatch(pool -> pool.state() == Pool.State.INVALID);
    }

    /// Whether a device is one of those asked for and reaches the node, taken or not.
    boolean selects(
            ClaimRequests claim, ClaimRequests.Option option, KubeObject type, Device device) {
        return selection.selects(claim, option, type, device)
                && (!device.hasOwnReach() || device.reach().covers(place));
    }
}
