package kat.controllers.servicecidr;

import java.net.InetAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A range of addresses such as `10.96.0.0/16` or `fd00::/112`.
///
/// **Threads:** immutable.
final class Prefix {

    private final byte[] address;
    private final int bits;

    /// @param address of either family
    /// @param bits how many of the first bits all its addresses share
    private Prefix(byte[] address, int bits) {
        this.address = address;
        this.bits = bits;
    }

    /// Null when the text is no range.
    static @Nullable Prefix parse(String text) {
        int slash = text.indexOf('/');
        try {
            byte[] address = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
            int bits = Integer.parseInt(text.substring(slash + 1));
            return bits < 0 || bits > address.length * 8 ? null : new Prefix(address, bits);
        } catch (IllegalArgumentException | IndexOutOfBoundsException noRange) {
            return null;
        }
    }

    boolean contains(Prefix other) {
        return other.bits >= bits && holds(other.address);
    }

    /// Whether an address lies in the range; false for a text that is no address.
    boolean contains(String text) {
        try {
            return holds(InetAddress.ofLiteral(text).getAddress());
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    private boolean holds(byte[] other) {
        if (other.length != address.length) {
            return false;
        }
        int whole = bits / 8;
        int mask = (0xFF << (8 - bits % 8)) & 0xFF;
        return Arrays.equals(address, 0, whole, other, 0, whole)
                && (mask == 0 || (address[whole] & mask) == (other[whole] & mask));
    }
}
