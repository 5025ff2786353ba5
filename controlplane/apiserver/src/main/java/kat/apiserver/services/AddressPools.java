package kat.apiserver.services;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import kat.apiserver.measure.AddressMetrics;
import kat.base.Randomness;
import kat.base.metrics.Exposition;
import org.jspecify.annotations.Nullable;

/// The ranges out of which Services get addresses. An address that lies in several ranges is
/// taken in all of them.
///
/// **Threads:** guarded by its owner.
///
/// **Source:** `MetaAllocator` in `pkg/registry/core/service/ipallocator/cidrallocator.go`.
final class AddressPools {

    private final List<String> ranges;
    private final List<Addresses> pools = new ArrayList<>();
    private final AddressMetrics metrics;

    /// @param ranges those that are asked first come first
    /// @throws IllegalArgumentException when one of them is none
    AddressPools(List<String> ranges, Randomness randomness, AddressMetrics metrics) {
        this.metrics = metrics;
        this.ranges = List.copyOf(ranges);
        for (String range : this.ranges) {
            pools.add(new Addresses(range, randomness));
        }
    }

    List<String> ranges() {
        return ranges;
    }

    void tell(Exposition to) {
        for (Addresses pool : pools) {
            AddressMetrics.addresses(pool.range(), pool.taken(), pool.size(), to);
        }
    }

    /// The families of all ranges, that of the first one first.
    List<String> families() {
        return pools.stream().map(Addresses::family).distinct().toList();
    }

    /// The first range of a family; null when there is none.
    @Nullable Addresses first(String family) {
        for (Addresses pool : pools) {
            if (pool.family().equals(family)) {
                return pool;
            }
        }
        return null;
    }

    /// Whether a range of that family may give an address out.
    boolean holds(String family, String address) {
        for (Addresses pool : pools) {
            if (pool.family().equals(family) && pool.holds(address)) {
                return true;
            }
        }
        return false;
    }

    /// Whether it was free everywhere; it is taken in any case.
    boolean take(String address) {
        boolean wasFree = true;
        for (Addresses pool : pools) {
            wasFree &= !pool.holds(address) || pool.take(address);
        }
        return wasFree;
    }

    /// Takes an address that a Service names.
    ///
    /// @param address one that some range [#holds]
    /// @param usedElsewhere whether it is taken although no Service has it
    /// @return whether it was free
    boolean takeAsked(String family, String address, Predicate<String> usedElsewhere) {
        long since = metrics.now();
        boolean wasFree = !usedElsewhere.test(address) && take(address);
        for (Addresses pool : pools) {
            if (pool.family().equals(family) && pool.holds(address)) {
                tell(pool.range(), wasFree, since);
                break;
            }
        }
        return wasFree;
    }

    private void tell(String range, boolean isGiven, long since) {
        if (isGiven) {
            metrics.address(range, true, since);
        } else {
            metrics.noAddress(range, true);
        }
    }

    void free(String address) {
        pools.forEach(pool -> pool.free(address));
    }

    /// An address of a family that was free; empty when there is none left.
    ///
    /// @param usedElsewhere whether an address that no Service has is taken all the same
    String takeAny(String family, Predicate<String> usedElsewhere) {
        List<String> skipped = new ArrayList<>();
        long since = metrics.now();
        try {
            for (Addresses pool : pools) {
                if (!pool.family().equals(family)) {
                    continue;
                }
                String found = pool.takeAny();
                while (!found.isEmpty() && usedElsewhere.test(found)) {
                    skipped.add(found);
                    found = pool.takeAny();
                }
                if (!found.isEmpty()) {
                    take(found);
                    metrics.address(pool.range(), false, since);
                    return found;
                }
                metrics.noAddress(pool.range(), false);
            }
            return "";
        } finally {
            skipped.forEach(this::free);
        }
    }
}
