package kat.store.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import kat.base.Check;

/// A payload being built, with room for the header before it. It grows as needed and is used again.
///
/// ```
/// 0  int   magic            8  long  sequence, 1 more than the frame before
/// 4  int   payload length  16  int   CRC-32C of salt, length, sequence, payload
///                          20  int   0
/// 24 payload, then zeros up to a multiple of 8
/// ```
///
/// Big-endian. The salt is the file's own and random, so that no payload can look like a frame.
public final class Frame {

    static final int HEADER = 24; // bytes
    static final int ALIGNMENT = 8; // bytes
    private static final int MAGIC = 0x4B415446;
    private static final int SMALL = 64 << 10; // bytes
    private static final int KEPT = 1 << 20; // bytes: a larger buffer is given back after use

    private ByteBuffer buffer = allocate(SMALL);

    /// The smallest whole frame.
    static boolean fits(int remaining) {
        return remaining >= HEADER;
    }

    /// Begins anew with an empty payload.
    public Frame clear() {
        if (buffer.capacity() > KEPT) {
            buffer = allocate(SMALL);
        }
        buffer.clear().position(HEADER);
        return this;
    }

    /// How long the payload is by now.
    public int length() {
        return buffer.position() - HEADER;
    }

    public Frame putByte(int value) {
        room(Byte.BYTES).put((byte) value);
        return this;
    }

    public Frame putInt(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    public Frame putLong(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    /// The bytes, after their length.
    public Frame putBytes(byte[] bytes) {
        room(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes);
        return this;
    }

    private ByteBuffer room(int bytes) {
        // Padding comes after the payload, so there is always room left for it.
        int needed = buffer.position() + bytes + ALIGNMENT;
        if (needed > buffer.capacity()) {
            ByteBuffer larger = allocate(Math.max(needed, buffer.capacity() * 2));
            larger.put(buffer.flip());
            buffer = larger;
        }
        return buffer;
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.BIG_ENDIAN);
    }

    /// The whole frame, ready to be written.
    ByteBuffer seal(long salt, long sequence) {
        int length = length();
        while (buffer.position() % ALIGNMENT != 0) {
            buffer.put((byte) 0);
        }
        buffer.flip();
        buffer.putInt(0, MAGIC).putInt(4, length).putLong(8, sequence).putInt(20, 0);
        buffer.putInt(16, checksum(buffer, 0, salt));
        return buffer;
    }

    /// How many bytes a frame with such a payload takes.
    static long size(int length) {
        return (HEADER + (long) length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /// Whether a whole frame stands at `at`, up to the limit of `bytes`.
    static boolean isAt(ByteBuffer bytes, int at, long salt) {
        if (bytes.limit() - at < HEADER || bytes.getInt(at) != MAGIC) {
            return false;
        }
        int length = bytes.getInt(at + 4);
        return length >= 0
                && size(length) <= bytes.limit() - at
                && bytes.getInt(at + 20) == 0
                && bytes.getInt(at + 16) == checksum(bytes, at, salt);
    }

    static long sequence(ByteBuffer bytes, int at) {
        return bytes.getLong(at + 8);
    }

    /// The payload of the frame at `at`.
    static ByteBuffer payload(ByteBuffer bytes, int at) {
        return bytes.slice(at + HEADER, bytes.getInt(at + 4));
    }

    private static int checksum(ByteBuffer bytes, int at, long salt) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, salt));
        crc.update(bytes.slice(at + 4, 12));
        crc.update(bytes.slice(at + HEADER, bytes.getInt(at + 4)));
        return (int) crc.getValue();
    }

    /// @throws IllegalArgumentException when the payload is longer than `most` bytes
    public void requireAtMost(int most) {
        Check.argument(length() <= most, "a frame takes at most " + most + " bytes");
    }
}
