package kat.api.protobuf;

import java.util.Arrays;

/// Bytes that are written one behind the other, with lengths put in front of what they measure.
///
/// **Threads:** one at a time.
public final class Bytes {

    private static final int LONGEST_VARINT = 10;

    private byte[] bytes;
    private int size;

    public Bytes(int capacity) {
        bytes = new byte[capacity];
    }

    /// What was written; nothing may be written afterwards.
    public byte[] take() {
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

    public void varint(long value) {
        reserve(LONGEST_VARINT);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /// Bytes as they are.
    public void raw(byte[] part) {
        put(part, 0, part.length);
    }

    /// A number's field.
    public void number(int number, long value) {
        tag(number, Wire.VARINT);
        varint(value);
    }

    /// A field that holds a run of bytes.
    public void run(int number, byte[] part) {
        runHead(number, part.length);
        raw(part);
    }

    /// A field that holds eight bytes of a decimal number.
    public void decimal(int number, double value) {
        tag(number, Wire.FIXED64);
        fixed64(Double.doubleToLongBits(value));
    }

    /// Begins a field that holds a message.
    ///
    /// @return what [#end] wants
    public int beginRun(int number) {
        tag(number, Wire.LENGTH);
        return begin();
    }

    /// What stands in front of a run of bytes.
    public void runHead(int number, int length) {
        tag(number, Wire.LENGTH);
        varint(length);
    }

    /// How many bytes [#run] writes.
    ///
    /// @param number at most 15
    public static int sizeOfRun(int number, int length) {
        return lengthOf(number << 3) + lengthOf(length) + length;
    }

    /// Four bytes, the highest first.
    public void int32(int value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            put(value >>> shift);
        }
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

    /// Ends what was begun, and puts its length in front of it.
    ///
    /// @param start what the beginning gave
    public void end(int start) {
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
