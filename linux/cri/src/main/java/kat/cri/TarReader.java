package kat.cri;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a tar one entry after the other: ustar, with pax and GNU long names.
///
/// **Source:** POSIX.1-2017, `pax`, "ustar Interchange Format" and "pax Header Block".
public final class TarReader {

    private static final int BLOCK = 512;
    private static final int MAX_LONG_NAME_BYTES = 1 << 20;

    private final InputStream in;

    /// Bytes of the present entry that were not read, and of its padding.
    private long left;

    private long padding;

    /// @param name without leading `./`
    /// @param size bytes of content that follow
    /// @param linkName what a link points to; else empty
    public record Entry(String name, char type, long size, String linkName) {

        public boolean isFile() {
            return type == '0' || type == 0;
        }

        public boolean isLink() {
            return type == '1' || type == '2';
        }
    }

    public TarReader(InputStream in) {
        this.in = in;
    }

    /// The next entry, after skipping what is left of the present one; null at the end.
    public @Nullable Entry next() throws IOException {
        Map<String, String> overrides = new LinkedHashMap<>();
        while (true) {
            in.skipNBytes(left + padding);
            left = 0;
            padding = 0;
            byte[] block = in.readNBytes(BLOCK);
            if (block.length == 0 || isZero(block)) {
                return null;
            }
            if (block.length < BLOCK) {
                throw new EOFException("the tar ends inside a header");
            }
            checkSum(block);
            char type = (char) block[156];
            long size = number(block, 124, 12);
            begin(size);
            switch (type) {
                case 'x' -> overrides.putAll(pax(content(size)));
                case 'g' -> content(size);
                case 'L' -> overrides.put("path", text(content(size)));
                case 'K' -> overrides.put("linkpath", text(content(size)));
                default -> {
                    return entry(block, type, size, overrides);
                }
            }
        }
    }

    private Entry entry(byte[] block, char type, long headerSize, Map<String, String> overrides)
            throws IOException {
        String prefix = field(block, 345, 155);
        String name = field(block, 0, 100);
        boolean ustar = field(block, 257, 5).equals("ustar");
        String path =
                overrides.getOrDefault(
                        "path", ustar && !prefix.isEmpty() ? prefix + "/" + name : name);
        long size = headerSize;
        String paxSize = overrides.get("size");
        if (paxSize != null) {
            size = size(paxSize);
            begin(size);
        }
        String link = overrides.getOrDefault("linkpath", field(block, 157, 100));
        return new Entry(path.startsWith("./") ? path.substring(2) : path, type, size, link);
    }

    private static long size(String said) throws IOException {
        try {
            long size = Long.parseLong(said);
            if (size >= 0) {
                return size;
            }
        } catch (NumberFormatException e) {
            throw damaged(e);
        }
        throw damaged(null);
    }

    private static IOException damaged(@Nullable Throwable cause) {
        return new IOException("not a tar, or a damaged one", cause);
    }

    /// Reads content of the present entry.
    ///
    /// @return bytes read, or -1 at the entry's end
    public int read(byte[] into) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = in.readNBytes(into, 0, (int) Math.min(into.length, left));
        if (count == 0) {
            throw new EOFException("the tar ends inside a file");
        }
        left -= count;
        return count;
    }

    private void begin(long size) {
        left = size;
        padding = (BLOCK - size % BLOCK) % BLOCK;
    }

    private byte[] content(long size) throws IOException {
        if (size > MAX_LONG_NAME_BYTES) {
            throw new IOException("the tar holds a name of " + size + " bytes");
        }
        byte[] bytes = in.readNBytes((int) size);
        left -= bytes.length;
        return bytes;
    }

    private static Map<String, String> pax(byte[] records) throws IOException {
        Map<String, String> out = new LinkedHashMap<>();
        int at = 0;
        while (at < records.length) {
            int space = at;
            while (space < records.length && records[space] != ' ') {
                space++;
            }
            long length = size(new String(records, at, space - at, StandardCharsets.US_ASCII));
            if (length < space - at + 2 || length > records.length - at) {
                throw damaged(null);
            }
            String record =
                    new String(
                            records,
                            space + 1,
                            (int) (at + length - space - 2),
                            StandardCharsets.UTF_8);
            int equals = record.indexOf('=');
            if (equals < 0) {
                throw damaged(null);
            }
            out.put(record.substring(0, equals), record.substring(equals + 1));
            at += (int) length;
        }
        return out;
    }

    private static void checkSum(byte[] block) throws IOException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : block[i] & 0xff;
        }
        if (sum != number(block, 148, 8)) {
            throw damaged(null);
        }
    }

    private static long number(byte[] block, int from, int length) throws IOException {
        if ((block[from] & 0x80) != 0) {
            long value = block[from] & 0x7f;
            for (int i = from + 1; i < from + length; i++) {
                value = value << 8 | (block[i] & 0xff);
            }
            if (value < 0) {
                throw damaged(null);
            }
            return value;
        }
        String digits = field(block, from, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw damaged(e);
        }
    }

    private static String field(byte[] block, int from, int length) {
        int end = from;
        while (end < from + length && block[end] != 0) {
            end++;
        }
        return new String(block, from, end - from, StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return field(bytes, 0, bytes.length);
    }

    private static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
