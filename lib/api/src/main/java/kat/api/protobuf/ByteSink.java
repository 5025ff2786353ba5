package kat.api.protobuf;

import java.util.Arrays;

/// Bytes that are written one behind the other, with lengths put in front of what they measure.
final class ByteSink {

    private byte[] bytes;
    private int size;

    ByteSink(int capacity) {
        bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    byte[] take() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    void put(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    void put(byte[] from, int start, int end) {
        reserve(end - start);
        System.arraycopy(from, start, bytes, size, end - start);
        size += end - start;
    }

    void tag(int number, int wireType) {
        varint((long) number << 3 | wireType);
    }

    void varint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void fixed64(long value) {
        for (int shift = 0; shift < 64; shift += 8) {
            put((int) (value >>> shift));
        }
    }

    /// Begins something whose length stands in front of it.
    ///
    /// @return what [#end] wants
    int begin() {
        put(0);
        return size;
    }

    void end(int start) {
        int length = size - start;
        int more = lengthOf(length) - 1;
        if (more > 0) {
            reserve(more);
            System.arraycopy(bytes, start, bytes, start + more, length);
        }
        size = start - 1;
        varint(length);
        size += length;
    }

    /// How many bytes a number takes.
    static int lengthOf(long value) {
        return value == 0 ? 1 : (70 - Long.numberOfLeadingZeros(value)) / 7;
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
