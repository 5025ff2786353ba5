package kat.nftables;

import java.util.regex.Pattern;

/// One of the two families of addresses. Each has tables of its own in the kernel.
public enum IpFamily {
    IPV4("ip", 32, "127.0.0.1", "0.0.0.0", "IPv4"),
    IPV6("ip6", 128, "::1", "::", "IPv6");

    private static final Pattern FIELD = Pattern.compile("\\bip (saddr|daddr|to)\\b");

    private final String word;
    private final int bits;
    private final String loopback;
    private final String any;
    private final String title;

    IpFamily(String word, int bits, String loopback, String any, String title) {
        this.word = word;
        this.bits = bits;
        this.loopback = loopback;
        this.any = any;
        this.title = title;
    }

    /// What nft calls it: `ip` or `ip6`.
    public String word() {
        return word;
    }

    /// How long an address is: 32 or 128.
    public int bits() {
        return bits;
    }

    /// The machine's own address to itself.
    public String loopback() {
        return loopback;
    }

    /// What stands for every address of the machine.
    public String any() {
        return any;
    }

    /// `IPv4` or `IPv6`.
    @Override
    public String toString() {
        return title;
    }

    /// The family of an address or a range; texts that are neither count as IPv4.
    public static IpFamily of(String text) {
        return text.indexOf(':') >= 0 ? IPV6 : IPV4;
    }

    /// A rule or a set's type in words of this family. Rules are written once, in words of IPv4.
    String inItsWords(String rule) {
        if (this == IPV4) {
            return rule;
        }
        return FIELD.matcher(rule)
                .replaceAll("ip6 $1")
                .replace("ipv4_addr", "ipv6_addr")
                .replace("icmp type", "icmpv6 type");
    }
}
