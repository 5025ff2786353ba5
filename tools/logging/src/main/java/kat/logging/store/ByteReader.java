package kat.logging.store;

import java.nio.charset.StandardCharsets;

/// Reads what a [ByteWriter] wrote. What was cut off or damaged ends in an
/// [IndexOutOfBoundsException]; callers have checked a sum before.
final class ByteReader {

    private final byte[] bytes;
    private int at;

    ByteReader(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    long number() {
        long value = 0;
        int shift = 0;
        while (true) {
            byte next = bytes[at++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
            shift += 7;
        }
    }

    int small() {
        return (int) number();
    }

    long signed() {
        long value = number();
        return (value >>> 1) ^ -(value & 1);
    }

    String text() {
        int size = small();
        String text = new String(bytes, at, size, StandardCharsets.UTF_8);
        at += size;
        return text;
    }
}
