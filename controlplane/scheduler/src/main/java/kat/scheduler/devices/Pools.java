package kat.scheduler.devices;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// All slices of the cluster, ready to be looked up by node.
///
/// Cost: a node looks at its own slices and at those that are not of one node; at all of a pool
/// where these are fewer than the pool says.
///
/// **Source:** `structured/internal/incubating/pools_incubating.go`.
final class Pools {

    private static final Comparator<Pool> ORDER =
            Comparator.comparing(Pool::hasBindingConditions).thenComparing(Pool::id);

    private final Map<String, List<Slice>> ofNodes = new HashMap<>();
    private final List<Slice> ofNone = new ArrayList<>();
    private final Map<PoolId, List<Slice>> ofPools = new HashMap<>();

    Pools(List<Slice> slices) {
        for (Slice slice : slices) {
            String node = slice.reach().node();
            boolean isLocal = !node.isEmpty() && slice.counters().isEmpty();
            (isLocal ? ofNodes.computeIfAbsent(node, _ -> new ArrayList<>()) : ofNone).add(slice);
            ofPools.computeIfAbsent(slice.pool(), _ -> new ArrayList<>()).add(slice);
        }
    }

    /// The pools that reach a node, in the order in which they are tried.
    List<Pool> on(Place place) {
        Map<PoolId, List<Slice>> near = new TreeMap<>();
        ofNodes.getOrDefault(place.node(), List.of()).forEach(slice -> add(near, slice));
        ofNone.stream().filter(slice -> slice.concerns(place)).forEach(slice -> add(near, slice));
        List<Pool> pools = new ArrayList<>();
        near.forEach((id, slices) -> addPool(id, slices, pools));
        pools.sort(ORDER);
        return pools;
    }

    private static void add(Map<PoolId, List<Slice>> pools, Slice slice) {
        List<Slice> known = pools.computeIfAbsent(slice.pool(), _ -> new ArrayList<>());
        if (!known.isEmpty() && known.getFirst().generation() < slice.generation()) {
            known.clear();
        }
        if (known.isEmpty() || known.getFirst().generation() == slice.generation()) {
            known.add(slice);
        }
    }

    private void addPool(PoolId id, List<Slice> near, List<Pool> pools) {
        long generation = near.getFirst().generation();
        long count = near.getFirst().count();
        if (near.size() == count) {
            pools.add(Pool.of(id, near, near));
            return;
        }
        List<Slice> all = ofPools.getOrDefault(id, List.of());
        if (all.stream().anyMatch(slice -> slice.generation() > generation)) {
            return; // A newer generation does not reach the node.
        }
        List<Slice> present =
                all.stream().filter(slice -> slice.generation() == generation).toList();
        pools.add(present.size() == count ? Pool.of(id, near, present) : Pool.incomplete(id));
    }
}
