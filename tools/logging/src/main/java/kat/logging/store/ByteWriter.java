package kat.logging.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes that grow; small numbers take few of them.
final class ByteWriter {

    private byte[] bytes;
    private int length;

    ByteWriter(int capacity) {
        bytes = new byte[capacity];
    }

    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    void write(byte[] from, int offset, int size) {
        require(size);
        System.arraycopy(from, offset, bytes, length, size);
        length += size;
    }

    void write(int value) {
        require(1);
        bytes[length++] = (byte) value;
    }

    /// Seven bits a byte, the lowest first.
    void number(long value) {
        require(10);
        long left = value;
        while ((left & ~0x7fL) != 0) {
            bytes[length++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[length++] = (byte) left;
    }

    /// As [#number], where small negative values are short too.
    void signed(long value) {
        number((value << 1) ^ (value >> 63));
    }

    void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        write(utf8, 0, utf8.length);
    }

    private void require(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }
}
