package kat.api.cel;

import java.util.Arrays;

/// A sequence of bytes.
final class CelBytes {

    private final byte[] bytes;

    /// @param bytes not changed afterwards
    CelBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CelBytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
