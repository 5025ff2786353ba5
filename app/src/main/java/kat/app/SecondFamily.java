package kat.app;

import java.util.List;
import kat.api.json.JsonObject;
import kat.app.ClusterConfig.ConfigException;
import kat.base.Randomness;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;

/// Whether pods and Services have IPv6 addresses beside those of IPv4, and which.
///
/// @param serviceRange key `serviceRange6`, IPv6 range of ClusterIPs of 108 to 120 bits; empty
///     without a second family
/// @param podRange key `podRange6`, IPv6 range that nodes take theirs from, of 40 to 64 bits; empty
///     without a second family
public record SecondFamily(String serviceRange, String podRange) {

    public static final String FAMILY = "ipFamily";
    static final String SERVICE_RANGE = "serviceRange6";
    static final String POD_RANGE = "podRange6";
    static final List<String> KEYS = List.of(FAMILY, SERVICE_RANGE, POD_RANGE);

    /// IPv4 alone.
    public static final SecondFamily NONE = new SecondFamily("", "");

    /// Both families, whose ranges [#chosen] finds at the first start.
    static final String DUAL = "dual";

    private static final String SINGLE = "ipv4";
    private static final SecondFamily UNCHOSEN = new SecondFamily(DUAL, DUAL);
    private static final int BYTE = 256;
    private static final String BITS = " bits, such as ";

    public SecondFamily {
        boolean unchosen = serviceRange.equals(DUAL) && podRange.equals(DUAL);
        if (!serviceRange.isEmpty() && !unchosen) {
            require(SERVICE_RANGE, serviceRange, 108, 120);
            require(POD_RANGE, podRange, 40, 64);
            ConfigException.require(
                    !IpRange.parse(podRange).overlaps(IpRange.parse(serviceRange)),
                    POD_RANGE,
                    podRange,
                    "apart from " + SERVICE_RANGE);
        }
    }

    private static void require(String key, String value, int shortest, int longest) {
        IpRange range = IpRange.enclosing(value);
        boolean holds =
                range != null
                        && range.toString().equals(value)
                        && range.family() == IpFamily.IPV6
                        && range.prefix() >= shortest
                        && range.prefix() <= longest;
        String wanted = "an IPv6 range of " + shortest + " to " + longest + BITS + "fd00::/";
        ConfigException.require(holds, key, value, wanted + shortest);
    }

    /// Whether there are two families.
    public boolean isDual() {
        return !serviceRange.isEmpty();
    }

    /// With ranges of the cluster's own where none were named: unique local addresses of a random
    /// prefix, so that two clusters do not meet.
    ///
    /// **Source:** RFC 4193 §3.2.
    public SecondFamily chosen(Randomness randomness) {
        if (!equals(UNCHOSEN)) {
            return this;
        }
        int[] bytes = new int[5];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = randomness.nextInt(BYTE);
        }
        String prefix =
                "fd%02x:%02x%02x:%02x%02x"
                        .formatted(bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]);
        return new SecondFamily(
                range(prefix + ":1::/112").toString(), range(prefix + ":100::/56").toString());
    }

    private static IpRange range(String text) {
        IpRange range = IpRange.enclosing(text);
        if (range == null) {
            throw new IllegalStateException("no range: " + text);
        }
        return range;
    }

    static SecondFamily parse(JsonObject tree, SecondFamily base) {
        String family = ClusterConfig.text(tree, FAMILY, base.isDual() ? DUAL : SINGLE);
        ConfigException.require(
                family.equals(DUAL) || family.equals(SINGLE), FAMILY, family, "ipv4 or dual");
        SecondFamily known = base.isDual() ? base : UNCHOSEN;
        if (family.equals(SINGLE)) {
            boolean none = !tree.has(SERVICE_RANGE) && !tree.has(POD_RANGE);
            ConfigException.require(none, FAMILY, family, "dual where IPv6 ranges are named");
            return NONE;
        }
        return new SecondFamily(
                ClusterConfig.text(tree, SERVICE_RANGE, known.serviceRange),
                ClusterConfig.text(tree, POD_RANGE, known.podRange));
    }

    /// Adds what was chosen; nothing where there is one family.
    void addTo(JsonObject.Builder json) {
        if (isDual()) {
            json.put(FAMILY, DUAL).put(SERVICE_RANGE, serviceRange).put(POD_RANGE, podRange);
        }
    }
}
