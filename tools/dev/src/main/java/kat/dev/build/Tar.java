package kat.dev.build;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// Writes tar archives of plain files that belong to nobody and have no time.
///
/// **Source:** POSIX.1-2017, `pax`, "ustar Interchange Format"; names that do not fit go before
/// their file as GNU tar and busybox read them (type `L`).
public final class Tar {

    static final int BLOCK = 512;

    private static final int MODE = 0644;
    private static final int LONGEST = 100;

    private Tar() {}

    /// A whole file.
    ///
    /// @param mode permission bits
    public static void file(OutputStream out, String name, int mode, byte[] content)
            throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST) {
            byte[] ended = Arrays.copyOf(bytes, bytes.length + 1);
            out.write(header("././@LongLink", 'L', 0, ended.length));
            out.write(ended);
            out.write(padding(ended.length));
        }
        out.write(header(name, '0', mode, content.length));
        out.write(content);
        out.write(padding(content.length));
    }

    /// What ends an archive.
    public static void end(OutputStream out) throws IOException {
        out.write(new byte[2 * BLOCK]);
    }

    /// The header of a file that everybody may read.
    static byte[] header(String name, long size) {
        return header(name, '0', MODE, size);
    }

    static byte[] padding(long size) {
        return new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)];
    }

    private static byte[] header(String name, char type, int mode, long size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, String.format(Locale.ROOT, "%07o", mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format(Locale.ROOT, "%011o", size));
        put(header, 136, "00000000000");
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = (byte) type;
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o", sum));
        header[154] = 0;
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, Math.min(bytes.length, LONGEST));
    }
}
