package kat.dns;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// How cluster DNS is set up.
///
/// @param listen where it answers, over UDP and TCP; port 0 takes a free one
/// @param zone the cluster's domain
/// @param ttlSeconds how long answers about the cluster may be kept, 0 to 3600
/// @param reverseZones address ranges of the cluster: addresses in them that nobody has are known
///     not to exist, and no other server is asked
/// @param resolvers the file that names the machine's resolvers
/// @param ownAddresses addresses that lead here; a resolver among them is left out
public record DnsConfig(
        InetSocketAddress listen,
        String zone,
        int ttlSeconds,
        List<String> reverseZones,
        Path resolvers,
        Set<String> ownAddresses) {

    public static final String DEFAULT_ZONE = "cluster.local";
    public static final int DEFAULT_TTL_SECONDS = 5;
    public static final Path DEFAULT_RESOLVERS = Path.of("/etc/resolv.conf");

    private static final int MOST_TTL_SECONDS = 3_600;

    public DnsConfig {
        reverseZones = List.copyOf(reverseZones);
        ownAddresses = Set.copyOf(ownAddresses);
        if (ttlSeconds < 0 || ttlSeconds > MOST_TTL_SECONDS) {
            throw new IllegalArgumentException(
                    "DNS time to live must be 0 to 3600 seconds: " + ttlSeconds);
        }
        if (zone.isEmpty() || !DnsName.of(zone).isWritable()) {
            throw new IllegalArgumentException("not a domain name: " + zone);
        }
    }

    /// The usual settings.
    ///
    /// @param listen see above
    /// @param ranges the cluster's ranges as `10.96.0.0/16`; lengths are rounded to whole bytes,
    ///     those of IPv6 to four bits
    /// @param dnsAddress the address of the Service `kube-dns`
    public static DnsConfig usual(
            InetSocketAddress listen, List<String> ranges, String dnsAddress) {
        List<String> zones = ranges.stream().map(DnsConfig::reverseZone).toList();
        return new DnsConfig(
                listen,
                DEFAULT_ZONE,
                DEFAULT_TTL_SECONDS,
                zones,
                DEFAULT_RESOLVERS,
                Set.of(dnsAddress, listen.getAddress().getHostAddress()));
    }

    /// `96.10.in-addr.arpa` for `10.96.0.0/16`.
    static String reverseZone(String range) {
        if (range.indexOf(':') >= 0) {
            return ReverseNames.zone(range);
        }
        int slash = range.indexOf('/');
        String[] bytes = range.substring(0, slash).split("\\.", -1);
        int whole = (Integer.parseInt(range.substring(slash + 1)) + 7) / 8;
        List<String> labels = new ArrayList<>();
        for (int i = whole - 1; i >= 0; i--) {
            labels.add(bytes[i]);
        }
        labels.add("in-addr.arpa");
        return String.join(".", labels);
    }
}
