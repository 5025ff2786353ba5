package kat.ingress.route;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// A range of IP addresses, for example `10.0.0.0/8` or `fd00::/8`.
public final class AddressRange {

    private final byte[] first;
    private final int prefix;

    private AddressRange(byte[] first, int prefix) {
        this.first = first;
        this.prefix = prefix;
    }

    /// Reads an address or a range; null for another text.
    static @Nullable AddressRange parse(String text) {
        int slash = text.indexOf('/');
        try {
            byte[] address =
                    InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
            int most = address.length * Byte.SIZE;
            int prefix = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            return prefix < 0 || prefix > most ? null : new AddressRange(address, prefix);
        } catch (IllegalArgumentException noAddress) {
            return null;
        }
    }

    public boolean contains(InetAddress of) {
        byte[] address = of.getAddress();
        if (address.length != first.length) {
            return false;
        }
        int whole = prefix / Byte.SIZE;
        for (int i = 0; i < whole; i++) {
            if (address[i] != first[i]) {
                return false;
            }
        }
        int rest = prefix % Byte.SIZE;
        int mask = 0xff << (Byte.SIZE - rest);
        return rest == 0 || (address[whole] & mask) == (first[whole] & mask);
    }
}
