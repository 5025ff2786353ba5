package kat.cli;

import java.util.ArrayList;
import java.util.List;
import kat.app.ClusterConfig;
import kat.nftables.CommandException;
import kat.nftables.HostCommands;
import kat.nftables.IpRange;
import kat.proxy.podnetwork.NetworkRanges;

/// Gives a new cluster ranges that no other cluster and no route of this machine uses.
final class Ranges {

    private Ranges() {}

    /// @param others clusters, also those that are down
    /// @param path where programs are looked for
    static ClusterConfig free(ClusterConfig config, List<ClusterConfig> others, String path)
            throws InterruptedException {
        if (!config.realNode()) {
            return config;
        }
        List<IpRange> taken = taken(others);
        try {
            NetworkRanges ranges = NetworkRanges.choose(new HostCommands(path), taken);
            return config.withRanges(ranges.services().toString(), ranges.pods().toString());
        } catch (CommandException e) {
            throw new CliException("no address ranges for the cluster: " + e.getMessage(), e);
        }
    }

    private static List<IpRange> taken(List<ClusterConfig> others) {
        List<IpRange> taken = new ArrayList<>();
        for (ClusterConfig other : others) {
            taken.add(IpRange.parse(other.serviceRange()));
            taken.add(IpRange.parse(other.podRange()));
        }
        return taken;
    }
}
