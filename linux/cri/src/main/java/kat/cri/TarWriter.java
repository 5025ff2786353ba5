package kat.cri;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes ustar archives; the same content gives the same bytes, since no time is written.
public final class TarWriter {

    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final int PREFIX_BYTES = 155;

    /// What eleven octal digits say.
    private static final long LARGEST = (8L << 30) - 1;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// @param mode permission bits
    TarWriter file(String name, int mode, byte[] content) {
        out.writeBytes(header(name, mode, content.length));
        out.writeBytes(content);
        out.writeBytes(padding(content.length));
        return this;
    }

    byte[] finish() {
        out.writeBytes(end());
        return out.toByteArray();
    }

    /// What stands before a file.
    ///
    /// @param name of at most 100 bytes, or 255 where a `/` parts it
    /// @param mode permission bits
    /// @param size of the content that follows, in bytes
    /// @throws IllegalArgumentException for a name or a size that the format cannot say
    public static byte[] header(String name, int mode, long size) {
        int cut = cut(name);
        if (cut < -1 || size < 0 || size > LARGEST) {
            throw new IllegalArgumentException("no ustar archive can hold " + name + " of " + size);
        }
        byte[] header = new byte[BLOCK];
        put(header, 0, name.substring(cut + 1));
        put(header, 100, String.format("%07o", mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", size));
        put(header, 136, "00000000000");
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = '0';
        put(header, 257, "ustar");
        put(header, 263, "00");
        put(header, 345, cut < 0 ? "" : name.substring(0, cut));
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o", sum));
        header[154] = 0;
        return header;
    }

    /// What follows a file's content.
    ///
    /// @param size of the content
    public static byte[] padding(long size) {
        return new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)];
    }

    /// What stands after the last file.
    public static byte[] end() {
        return new byte[2 * BLOCK];
    }

    /// Where a name is parted: -1 for nowhere, -2 when it is too long.
    private static int cut(String name) {
        if (length(name) <= NAME_BYTES) {
            return -1;
        }
        int slash = name.indexOf('/');
        while (slash >= 0 && length(name.substring(slash + 1)) > NAME_BYTES) {
            slash = name.indexOf('/', slash + 1);
        }
        return slash > 0 && length(name.substring(0, slash)) <= PREFIX_BYTES ? slash : -2;
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
