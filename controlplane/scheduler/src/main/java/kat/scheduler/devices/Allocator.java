package kat.scheduler.devices;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Finds devices for claims on one node after the other: the first combination in the order of
/// pools, slices and devices in which all that is asked for is there.
///
/// Cost: the search tries, where it must, all combinations; who asks ends it after a time.
///
/// **Threads:** one.
///
/// **Source:** `k8s.io/dynamic-resource-allocation/structured/internal/incubating`, with the
/// features that are on in 1.36: administrators, lists of options, partitions, taints, shares
/// and binding conditions.
public final class Allocator {

    /// Devices that one claim can have.
    static final int MOST_DEVICES = 32;

    private final Pools pools;
    private final Function<String, @Nullable KubeObject> classes;
    private final Taken taken;
    private final Selection selection;
    private final Supplier<String> shareNames;

    /// @param slices all of the cluster
    /// @param classes by name
    /// @param shareNames gives each share of a device a name of its own
    public Allocator(
            List<Slice> slices,
            Function<String, @Nullable KubeObject> classes,
            Taken taken,
            Expressions expressions,
            Supplier<String> shareNames) {
        this.pools = new Pools(slices);
        this.classes = classes;
        this.taken = taken;
        this.selection = new Selection(expressions);
        this.shareNames = shareNames;
    }

    /// What became of a search.
    public sealed interface Outcome {}

    /// All claims get their devices.
    ///
    /// @param allocations for each claim its `status.allocation`
    public record Found(List<JsonObject> allocations) implements Outcome {
        public Found {
            allocations = List.copyOf(allocations);
        }
    }

    /// Not on this node.
    public enum Refusal implements Outcome {
        NOTHING_LEFT,
        /// Nothing was found, and pools that contradict themselves were not looked at.
        INVALID_POOLS,
        /// The time was over.
        LATE
    }

    /// Not on any node, until somebody changes a claim, class or slice.
    public record Faulty(String message) implements Outcome {}

    /// @param isLate whether the search must end
    public Outcome allocate(Place place, List<ClaimRequests> claims, BooleanSupplier isLate) {
        Site site = new Site(place, pools.on(place), taken, selection);
        try {
            Requirements requirements = Requirements.of(claims, classes, site);
            Search search = new Search(requirements, site, shareNames, isLate);
            return switch (search.run()) {
                case DONE -> new Found(search.allotments(place));
                case LATE -> Refusal.LATE;
                case FAILED, TOO_MANY ->
                        site.hasInvalidPools() ? Refusal.INVALID_POOLS : Refusal.NOTHING_LEFT;
            };
        } catch (AllocationFault e) {
            return new Faulty(String.valueOf(e.getMessage()));
        }
    }
}
