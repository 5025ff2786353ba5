package kat.apiserver.services;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import kat.base.Randomness;
import org.jspecify.annotations.Nullable;

/// The addresses of a range such as `10.96.0.0/16` or `fd00::/112`: the first is not given out,
/// nor is the last one of IPv4.
///
/// **Threads:** guarded by its owner.
///
/// **Source:** `pkg/registry/core/service/ipallocator`.
final class Addresses {

    /// Of a larger range only the first 2^24 addresses are given out.
    private static final int MOST_BITS = 24;

    private final BigInteger base;
    private final int bytes;
    private final String range;
    private final NumberPool pool;

    /// @throws IllegalArgumentException when `range` is none
    Addresses(String range, Randomness randomness) {
        int slash = range.indexOf('/');
        int prefix = Integer.parseInt(range.substring(slash + 1));
        byte[] first = InetAddress.ofLiteral(range.substring(0, slash)).getAddress();
        this.range = range;
        this.bytes = first.length;
        this.base = new BigInteger(1, first);
        int unused = isIpv6() ? 1 : 2;
        int size = (1 << Math.min(bytes * Byte.SIZE - prefix, MOST_BITS)) - unused;
        this.pool = new NumberPool(size, NumberPool.lowerBand(size, 16, 16, 256), randomness);
    }

    String range() {
        return range;
    }

    /// How many addresses may be given out at all.
    int size() {
        return pool.size();
    }

    /// How many of them are taken.
    int taken() {
        return pool.taken();
    }

    /// The address that names the range; nobody gets it.
    String network() {
        return text(base);
    }

    /// `IPv4` or `IPv6`.
    String family() {
        return isIpv6() ? "IPv6" : "IPv4";
    }

    private boolean isIpv6() {
        return bytes > 4;
    }

    /// Whether an address lies in the range and may be given out.
    boolean holds(String address) {
        return offset(address) >= 0;
    }

    /// @param address one that the range [#holds]
    boolean take(String address) {
        return pool.take(offset(address));
    }

    void free(String address) {
        if (holds(address)) {
            pool.free(offset(address));
        }
    }

    /// Empty when all are taken.
    String takeAny() {
        int found = pool.takeAny();
        return found == NumberPool.NONE ? "" : text(base.add(BigInteger.valueOf(1L + found)));
    }

    /// Negative for what the range does not give out.
    private int offset(String address) {
        BigInteger value = number(address);
        if (value == null) {
            return -1;
        }
        BigInteger offset = value.subtract(base).subtract(BigInteger.ONE);
        boolean inside =
                offset.signum() >= 0 && offset.compareTo(BigInteger.valueOf(pool.size())) < 0;
        return inside ? offset.intValueExact() : -1;
    }

    /// Null when the text is no address of this family.
    private @Nullable BigInteger number(String address) {
        if (!kat.api.validation.Addresses.isAddress(address)) {
            return null;
        }
        byte[] value = InetAddress.ofLiteral(address).getAddress();
        return value.length == bytes ? new BigInteger(1, value) : null;
    }

    private String text(BigInteger value) {
        byte[] raw = value.toByteArray();
        byte[] padded = new byte[bytes];
        int length = Math.min(raw.length, bytes);
        System.arraycopy(raw, raw.length - length, padded, bytes - length, length);
        try {
            String address = InetAddress.getByAddress(padded).getHostAddress();
            return kat.api.validation.Addresses.canonicalForm(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("no address: " + Arrays.toString(padded), e);
        }
    }
}
