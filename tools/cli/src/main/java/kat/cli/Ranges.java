package kat.cli;

import java.util.ArrayList;
import java.util.List;
import kat.app.ClusterConfig;
import kat.nftables.CommandException;
import kat.nftables.HostCommands;
import kat.nftables.Ipv4Range;
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
        List<Ipv4Range> taken = taken(others);
        try {
            NetworkRanges ranges = NetworkRanges.choose(new HostCommands(path), taken);
            return config.withRanges(ranges.services().toString(), ranges.pods().toString());
        } catch (CommandException e) {
            throw new CliException("no address ranges for the cluster: " + e.getMessage(), e);
        }
    }

    private static List<Ipv4Range> taken(List<ClusterConfig> others) {
        List<Ipv4Range> taken = new ArrayList<>();
        for (ClusterConfig other : others) {
            taken.add(Ipv4Range.parse(other.serviceRange()));
            taken.add(Ipv4Range.parse(other.podRange()));
        }
        return taken;
    }
}
