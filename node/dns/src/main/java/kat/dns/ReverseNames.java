package kat.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/// Addresses written as names for reverse look-up.
///
/// **Source:** RFC 1035 §3.5, RFC 3596 §2.5.
final class ReverseNames {

    private static final DnsName IPV4 = DnsName.of("in-addr.arpa");
    private static final DnsName IPV6 = DnsName.of("ip6.arpa");
    private static final int NIBBLES = 32;

    private ReverseNames() {}

    /// An address in the one form that [#address] gives; IPv6 addresses have many.
    static String plain(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            return InetAddress.ofLiteral(address).getHostAddress();
        } catch (IllegalArgumentException notAnAddress) {
            return address;
        }
    }

    /// The address, IPv6 without abbreviation; null when the name stands for none or a whole range.
    static @Nullable String address(DnsName name) {
        if (name.isAtOrBelow(IPV4)) {
            return name.size() == IPV4.size() + 4 ? ipv4(name) : null;
        }
        return name.isAtOrBelow(IPV6) && name.size() == IPV6.size() + NIBBLES ? ipv6(name) : null;
    }

    /// `1.0.0.d.f.ip6.arpa` for `fd00:1000::/20`; a length within four bits is rounded up.
    static String zone(String range) {
        int slash = range.indexOf('/');
        byte[] bytes = InetAddress.ofLiteral(range.substring(0, slash)).getAddress();
        int nibbles = (Integer.parseInt(range.substring(slash + 1)) + 3) / 4;
        StringBuilder zone = new StringBuilder();
        for (int i = nibbles - 1; i >= 0; i--) {
            int nibble = bytes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0xF;
            zone.append(Integer.toHexString(nibble)).append('.');
        }
        return zone + "ip6.arpa";
    }

    private static @Nullable String ipv4(DnsName name) {
        for (int i = 0; i < 4; i++) {
            if (!name.label(i).matches("0|[1-9][0-9]{0,2}")) {
                return null;
            }
        }
        return name.label(3) + "." + name.label(2) + "." + name.label(1) + "." + name.label(0);
    }

    private static @Nullable String ipv6(DnsName name) {
        byte[] bytes = new byte[NIBBLES / 2];
        for (int i = 0; i < NIBBLES; i++) {
            if (!name.label(i).matches("[0-9a-f]")) {
                return null;
            }
            int nibble = Character.digit(name.label(i).charAt(0), 16);
            int index = NIBBLES - 1 - i;
            bytes[index / 2] |= (byte) (index % 2 == 0 ? nibble << 4 : nibble);
        }
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
