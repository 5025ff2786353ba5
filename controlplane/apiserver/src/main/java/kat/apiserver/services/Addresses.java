package kat.apiserver.services;

import kat.base.Randomness;

/// The addresses of a range such as `10.96.0.0/16`: the first and the last are not given out.
///
/// **Threads:** guarded by its owner.
final class Addresses {

    private final long base;
    private final String range;
    private final NumberPool pool;

    Addresses(String range, Randomness randomness) {
        int slash = range.indexOf('/');
        int bits = Integer.parseInt(range.substring(slash + 1));
        this.range = range;
        this.base = number(range.substring(0, slash));
        int size = (1 << (32 - bits)) - 2;
        this.pool = new NumberPool(size, NumberPool.lowerBand(size, 16, 16, 256), randomness);
    }

    String range() {
        return range;
    }

    /// Whether an address lies in the range and may be given out.
    boolean holds(String address) {
        long offset = offset(address);
        return offset >= 0 && offset < pool.size();
    }

    /// @param address one that the range [#holds]
    boolean take(String address) {
        return pool.take((int) offset(address));
    }

    void free(String address) {
        if (holds(address)) {
            pool.free((int) offset(address));
        }
    }

    /// Empty when all are taken.
    String takeAny() {
        int found = pool.takeAny();
        return found == NumberPool.NONE ? "" : text(base + 1 + found);
    }

    private long offset(String address) {
        long value = number(address);
        return value < 0 ? -1 : value - base - 1;
    }

    /// Negative when the text is no IPv4 address.
    static long number(String address) {
        String[] parts = address.split("\\.", -1);
        if (parts.length != 4) {
            return -1;
        }
        long value = 0;
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(Character::isDigit)) {
                return -1;
            }
            int octet = Integer.parseInt(part);
            if (octet > 255) {
                return -1;
            }
            value = value << 8 | octet;
        }
        return value;
    }

    private static String text(long value) {
        return (value >> 24 & 255)
                + "."
                + (value >> 16 & 255)
                + "."
                + (value >> 8 & 255)
                + "."
                + (value & 255);
    }
}
