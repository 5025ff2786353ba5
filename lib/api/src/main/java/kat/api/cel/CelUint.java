package kat.api.cel;

/// An unsigned integer of 64 bits.
record CelUint(long bits) implements Comparable<CelUint> {

    /// Stands for 2⁶³ where only its negative is an integer.
    static final CelUint BEHIND_LARGEST = new CelUint(Long.MIN_VALUE);

    double toDouble() {
        double low = (double) (bits >>> 1);
        return bits >= 0 ? (double) bits : low * 2 + (bits & 1);
    }

    @Override
    public int compareTo(CelUint other) {
        return Long.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(bits);
    }
}
