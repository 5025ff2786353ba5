package kat.scheduler.plugins;

import java.util.List;
import java.util.function.ToLongFunction;
import kat.api.json.JsonObject;
import kat.scheduler.ClusterEvent;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;

/// Prefers nodes whose resources the pod brings nearer to being taken to a like share, so that none
/// is left over alone. A pod that asks for nothing changes no balance.
///
/// **Source:** kube-scheduler `balanced_allocation.go`; `kubescheduler.config.k8s.io/v1`
/// NodeResourcesBalancedAllocationArgs.
final class NodeResourcesBalancedAllocation implements Plugin.Score {

    private static final long HALF = HIGHEST / 2;

    private final ScoredResources resources;

    /// @throws IllegalArgumentException when the arguments are wrong
    NodeResourcesBalancedAllocation(JsonObject arguments) {
        this.resources = ScoredResources.parse(arguments, "");
        resources
                .weights()
                .forEach(
                        (name, weight) -> {
                            if (weight != 1) {
                                throw new IllegalArgumentException(
                                        "resources: Invalid value: "
                                                + weight
                                                + ": weight of "
                                                + name
                                                + " must be 1");
                            }
                        });
    }

    @Override
    public String name() {
        return "NodeResourcesBalancedAllocation";
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return false;
    }

    @Override
    public long score(PodInfo pod, NodeInfo node) {
        if (resources.asksForNone(pod)) {
            return 0;
        }
        List<ScoredResources.Share> shares = resources.shares(pod, node, false);
        long before = balance(shares, ScoredResources.Share::before);
        long after = balance(shares, ScoredResources.Share::after);
        return HALF + (HALF + after - before) / 2;
    }

    /// One less the standard deviation of the shares, in hundredths.
    private static long balance(
            List<ScoredResources.Share> shares, ToLongFunction<ScoredResources.Share> taken) {
        double[] fractions = new double[shares.size()];
        double sum = 0;
        for (int i = 0; i < fractions.length; i++) {
            double capacity = shares.get(i).capacity();
            fractions[i] = Math.min(1, taken.applyAsLong(shares.get(i)) / capacity);
            sum += fractions[i];
        }
        if (fractions.length < 2) {
            return HIGHEST;
        }
        if (fractions.length == 2) {
            return (long) ((1 - Math.abs((fractions[0] - fractions[1]) / 2)) * HIGHEST);
        }
        double mean = sum / fractions.length;
        double squares = 0;
        for (double fraction : fractions) {
            squares += (fraction - mean) * (fraction - mean);
        }
        return (long) ((1 - Math.sqrt(squares / fractions.length)) * HIGHEST);
    }
}
