package kat.proxy.podnetwork;

import java.util.ArrayList;
import java.util.List;
import kat.nftables.CommandException;
import kat.nftables.Commands;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;

/// The two ranges of addresses of a cluster.
///
/// @param services 65,536 addresses; the API server's is the first, DNS the tenth
/// @param pods 65,536 addresses; the first node has the first 256
public record NetworkRanges(IpRange services, IpRange pods) {

    /// Kubernetes' customary ranges.
    public static final NetworkRanges FIRST = of("10.96.0.0/16", "10.244.0.0/16");

    private static final int PER_FAMILY = 12;
    private static final int NODE_PREFIX = 24;
    private static final int NODE_PREFIX_6 = 64;
    private static final int DNS_INDEX = 10;

    public static NetworkRanges of(String services, String pods) {
        return new NetworkRanges(IpRange.parse(services), IpRange.parse(pods));
    }

    /// The range of the first node.
    public IpRange nodePods() {
        int usual = pods.family() == IpFamily.IPV6 ? NODE_PREFIX_6 : NODE_PREFIX;
        return pods.withPrefix(Math.max(usual, pods.prefix()));
    }

    /// The address of the `kubernetes` Service.
    public String apiAddress() {
        return services.address(1);
    }

    /// The address of the `kube-dns` Service.
    public String dnsAddress() {
        return services.address(DNS_INDEX);
    }

    /// Ranges that no route of the machine and no other cluster on it uses.
    ///
    /// @param taken ranges of other clusters, also of those that are down
    /// @throws CommandException when each known pair is used, or routes cannot be read
    public static NetworkRanges choose(Commands commands, List<IpRange> taken)
            throws InterruptedException {
        List<IpRange> used = new ArrayList<>(taken);
        used.addAll(parseRoutes(commands.require("ip", "-4", "route", "show", "table", "all")));
        for (NetworkRanges candidate : candidates()) {
            if (used.stream().noneMatch(candidate::overlaps)) {
                return candidate;
            }
        }
        throw new CommandException(
                "every pair of address ranges that KAT tries collides with a route of this"
                        + " machine (see ip -4 route); give free ranges in the configuration");
    }

    private boolean overlaps(IpRange other) {
        return services.overlaps(other) || pods.overlaps(other);
    }

    private static List<NetworkRanges> candidates() {
        List<NetworkRanges> all = new ArrayList<>();
        for (int i = 0; i < PER_FAMILY; i++) {
            all.add(sixteens("10." + (96 + i), "10." + (244 + i)));
        }
        for (int i = 0; i < PER_FAMILY; i++) {
            all.add(sixteens("10." + (128 + i), "10." + (192 + i)));
        }
        for (int i = 0; i < PER_FAMILY; i++) {
            all.add(sixteens("100." + (96 + i), "100." + (112 + i)));
        }
        return all;
    }

    private static NetworkRanges sixteens(String services, String pods) {
        return of(services + ".0.0/16", pods + ".0.0/16");
    }

    /// The destinations of `ip route`'s lines, without default routes.
    static List<IpRange> parseRoutes(String output) {
        List<IpRange> ranges = new ArrayList<>();
        for (String line : output.split("\n", -1)) {
            for (String word : line.strip().split("\\s+", 3)) {
                if (word.matches("[0-9.]+/[0-9]+") || IpRange.isAddress(word)) {
                    IpRange range = IpRange.parse(word.contains("/") ? word : word + "/32");
                    if (range.prefix() > 1) {
                        ranges.add(range);
                    }
                    break;
                }
                if (!word.matches("local|broadcast|multicast|unreachable|blackhole|prohibit")) {
                    break;
                }
            }
        }
        return ranges;
    }
}
