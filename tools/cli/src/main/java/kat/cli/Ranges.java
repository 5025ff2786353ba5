package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import kat.app.ClusterConfig;
import kat.app.ClusterFiles;
import kat.nftables.CommandException;
import kat.nftables.HostCommands;
import kat.nftables.Ipv4Range;
import kat.proxy.podnetwork.NetworkRanges;

/// Gives a new cluster ranges that no other cluster and no route of this machine uses.
final class Ranges {

    private Ranges() {}

    /// @param home that holds the other clusters, also those that are down
    /// @param path where programs are looked for
    static ClusterConfig free(ClusterConfig config, Path home, String path)
            throws InterruptedException {
        List<Ipv4Range> taken = taken(home);
        if (!config.realNode()) {
            return config;
        }
        try {
            NetworkRanges ranges = NetworkRanges.choose(new HostCommands(path), taken);
            return config.withRanges(ranges.services().toString(), ranges.pods().toString());
        } catch (CommandException e) {
            throw new CliException("no address ranges for the cluster: " + e.getMessage(), e);
        }
    }

    private static List<Ipv4Range> taken(Path home) {
        List<Ipv4Range> taken = new ArrayList<>();
        if (!Files.isDirectory(home)) {
            return taken;
        }
        try (Stream<Path> folders = Files.list(home)) {
            for (Path folder : folders.toList()) {
                ClusterConfig other = new ClusterFiles(folder).readConfig();
                if (other != null) {
                    taken.add(Ipv4Range.parse(other.serviceRange()));
                    taken.add(Ipv4Range.parse(other.podRange()));
                }
            }
        } catch (IOException e) {
            throw CliException.of("cannot read the clusters in " + home, e);
        }
        return taken;
    }
}
