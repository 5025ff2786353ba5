package kat.nftables;

import java.math.BigInteger;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// A range of addresses in CIDR form, for example `10.244.0.0/16` or `fd00:1::/112`.
///
/// @param first the first address as a number, with all host bits zero
/// @param prefix 0 to 32, or to 128
public record IpRange(IpFamily family, BigInteger first, int prefix) {

    private static final int GROUPS = 8;

    public IpRange {
        if (prefix < 0 || prefix > family.bits() || !masked(family, first, prefix).equals(first)) {
            throw new IllegalArgumentException(
                    "not a range: " + format(family, first) + "/" + prefix);
        }
    }

    /// @throws IllegalArgumentException when `text` is not an address, a slash and a length
    public static IpRange parse(String text) {
        IpRange range = enclosing(text);
        if (range == null || !text.substring(0, text.indexOf('/')).equals(range.address(0))) {
            throw new IllegalArgumentException("not a range: " + text);
        }
        return range;
    }

    /// The range of that length around an address, whose host bits may be set: `10.1.2.3/16` gives
    /// `10.1.0.0/16`. Null when `text` is not an address, a slash and a length.
    public static @Nullable IpRange enclosing(String text) {
        int slash = text.indexOf('/');
        BigInteger address = slash < 0 ? null : parseAddress(text.substring(0, slash));
        if (address == null || !text.substring(slash + 1).matches("0|[1-9][0-9]{0,2}")) {
            return null;
        }
        IpFamily family = IpFamily.of(text);
        int prefix = Integer.parseInt(text.substring(slash + 1));
        return prefix > family.bits()
                ? null
                : new IpRange(family, masked(family, address, prefix), prefix);
    }

    /// The same first address with another length.
    ///
    /// @throws IllegalArgumentException when the first address is not one of so short a range
    public IpRange withPrefix(int other) {
        return new IpRange(family, first, other);
    }

    /// Whether a text is an IPv4 address with four parts, or an IPv6 address without zone.
    public static boolean isAddress(String text) {
        return parseAddress(text) != null;
    }

    /// The one way to write an address; the text itself when it is none.
    ///
    /// **Source:** RFC 5952.
    public static String canonical(String text) {
        BigInteger address = parseAddress(text);
        return address == null ? text : format(IpFamily.of(text), address);
    }

    private static @Nullable BigInteger parseAddress(String text) {
        return IpFamily.of(text) == IpFamily.IPV6 ? parse6(text) : parse4(text);
    }

    private static @Nullable BigInteger parse6(String text) {
        if (!text.matches("[0-9a-fA-F:.]+")) {
            return null;
        }
        try {
            byte[] bytes = InetAddress.ofLiteral(text).getAddress();
            // an IPv4 address in IPv6's dress is of 4 bytes
            return bytes.length == 4 ? null : new BigInteger(1, bytes);
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    private static @Nullable BigInteger parse4(String text) {
        String[] parts = text.split("\\.", -1);
        long address = 0;
        for (String part : parts) {
            if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
                return null;
            }
            address = address << Byte.SIZE | Integer.parseInt(part);
        }
        return parts.length == 4 ? BigInteger.valueOf(address) : null;
    }

    private static String format(IpFamily family, BigInteger address) {
        if (family == IpFamily.IPV4) {
            long value = address.longValue();
            return (value >>> 24 & 255)
                    + "."
                    + (value >>> 16 & 255)
                    + "."
                    + (value >>> 8 & 255)
                    + "."
                    + (value & 255);
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = address.shiftRight(16 * (GROUPS - 1 - i)).intValue() & 0xFFFF;
        }
        return format(groups);
    }

    /// The longest row of zeros, the first of several, is left out.
    private static String format(int[] groups) {
        int from = -1;
        int longest = 1;
        for (int start = 0; start < GROUPS; start++) {
            int end = start;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - start > longest) {
                from = start;
                longest = end - start;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == from) {
                text.append("::");
                i += longest - 1;
            } else {
                boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
                text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    /// The address `index` places after the first.
    public String address(int index) {
        return format(family, first.add(BigInteger.valueOf(index)));
    }

    public boolean contains(String address) {
        BigInteger number = parseAddress(address);
        return number != null
                && IpFamily.of(address) == family
                && masked(family, number, prefix).equals(first);
    }

    /// Whether every address of `other` is in this range.
    public boolean contains(IpRange other) {
        return family == other.family
                && prefix <= other.prefix
                && masked(family, other.first, prefix).equals(first);
    }

    public boolean overlaps(IpRange other) {
        return contains(other) || other.contains(this);
    }

    private static BigInteger masked(IpFamily family, BigInteger address, int prefix) {
        int host = family.bits() - Math.clamp(prefix, 0, family.bits());
        return address.shiftRight(host).shiftLeft(host);
    }

    @Override
    public String toString() {
        return format(family, first) + "/" + prefix;
    }
}
