package kat.nftables;

import org.jspecify.annotations.Nullable;

/// A range of IPv4 addresses in CIDR form, for example `10.244.0.0/16`.
///
/// @param first the first address as a number, with all host bits zero
/// @param prefix 0 to 32
public record Ipv4Range(int first, int prefix) {

    private static final int BITS = 32;

    public Ipv4Range {
        if (prefix < 0 || prefix > BITS || (first & ~mask(prefix)) != 0) {
            throw new IllegalArgumentException(
                    "not an IPv4 range: " + format(first) + "/" + prefix);
        }
    }

    /// @throws IllegalArgumentException when `text` is not an address, a slash and a length
    public static Ipv4Range parse(String text) {
        int slash = text.indexOf('/');
        Integer address = slash < 0 ? null : parseAddress(text.substring(0, slash));
        if (address == null || !text.substring(slash + 1).matches("[0-9]{1,2}")) {
            throw new IllegalArgumentException("not an IPv4 range: " + text);
        }
        return new Ipv4Range(address, Integer.parseInt(text.substring(slash + 1)));
    }

    /// The range of that length around an address, whose host bits may be set: `10.1.2.3/16` gives
    /// `10.1.0.0/16`. Null when `text` is not an IPv4 address, a slash and a length.
    public static @Nullable Ipv4Range enclosing(String text) {
        int slash = text.indexOf('/');
        Integer address = slash < 0 ? null : parseAddress(text.substring(0, slash));
        if (address == null || !text.substring(slash + 1).matches("[0-9]|[12][0-9]|3[0-2]")) {
            return null;
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        return new Ipv4Range(address & mask(prefix), prefix);
    }

    /// The address as a number; null when `text` is not a dotted IPv4 address.
    public static @Nullable Integer parseAddress(String text) {
        int address = 0;
        int parts = 0;
        int start = 0;
        while (start <= text.length()) {
            int dot = text.indexOf('.', start);
            int end = dot < 0 ? text.length() : dot;
            int part = parsePart(text, start, end);
            if (part < 0) {
                return null;
            }
            address = (address << 8) | part;
            parts++;
            start = end + 1;
        }
        return parts == 4 ? address : null;
    }

    /// A number from 0 to 255 without leading zero; -1 when it is none.
    private static int parsePart(String text, int start, int end) {
        int length = end - start;
        if (length < 1 || length > 3 || (length > 1 && text.charAt(start) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < end; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            value = value * 10 + (digit - '0');
        }
        return value <= 255 ? value : -1;
    }

    public static boolean isAddress(String text) {
        return parseAddress(text) != null;
    }

    /// The dotted form of an address.
    public static String format(int address) {
        return (address >>> 24)
                + "."
                + ((address >>> 16) & 255)
                + "."
                + ((address >>> 8) & 255)
                + "."
                + (address & 255);
    }

    /// The address `index` places after the first.
    public String address(int index) {
        return format(first + index);
    }

    public boolean contains(String address) {
        Integer number = parseAddress(address);
        return number != null && (number & mask(prefix)) == first;
    }

    /// Whether every address of `other` is in this range.
    public boolean contains(Ipv4Range other) {
        return prefix <= other.prefix && (other.first & mask(prefix)) == first;
    }

    public boolean overlaps(Ipv4Range other) {
        int shorter = mask(Math.min(prefix, other.prefix));
        return (first & shorter) == (other.first & shorter);
    }

    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << (BITS - prefix);
    }

    @Override
    public String toString() {
        return format(first) + "/" + prefix;
    }
}
