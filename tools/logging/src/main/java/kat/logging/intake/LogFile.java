package kat.logging.intake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.zip.GZIPInputStream;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// An open log file, which may be renamed or deleted while it is read.
///
/// Its identity is the time of its first line: that stays when the file is renamed or
/// compressed, and changes when it is emptied and written anew.
///
/// **Threads:** one owner.
final class LogFile implements AutoCloseable {

    private static final int LONGEST_TIME = 40; // bytes of a time of RFC 3339

    private final FileChannel channel;
    private final Object key;
    private final boolean compressed;
    private final String firstTime;
    private @Nullable InputStream unpacked;
    private long unpackedTo;

    private LogFile(FileChannel channel, Object key, boolean compressed, String first) {
        this.channel = channel;
        this.key = key;
        this.compressed = compressed;
        this.firstTime = first;
    }

    /// @return null when nothing was written to it yet
    /// @throws IOException when it cannot be read, or is gone
    static @Nullable LogFile open(Path path, boolean compressed) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            Object key = keyOf(path);
            String first = firstTime(channel, compressed);
            if (!first.isEmpty()) {
                return new LogFile(channel, key, compressed, first);
            }
            channel.close();
            return null;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static String firstTime(FileChannel channel, boolean compressed) throws IOException {
        byte[] head = new byte[LONGEST_TIME];
        int size;
        if (compressed) {
            InputStream in = unpack(channel);
            size = in.readNBytes(head, 0, head.length);
        } else {
            size = Math.max(0, channel.read(ByteBuffer.wrap(head), 0));
        }
        String text = new String(head, 0, size, StandardCharsets.ISO_8859_1);
        int space = text.indexOf(' ');
        if (space >= 0) {
            return text.substring(0, space);
        }
        return size == head.length ? text : "";
    }

    /// Reads through the channel, which stays open.
    private static InputStream unpack(FileChannel channel) throws IOException {
        FileChannel unused = channel.position(0);
        return new GZIPInputStream(Channels.newInputStream(channel), 64 << 10);
    }

    /// Tells files of a file system apart.
    static Object keyOf(Path path) throws IOException {
        return Check.notNull(
                Files.readAttributes(path, BasicFileAttributes.class).fileKey(),
                "files of Linux have keys");
    }

    Object key() {
        return key;
    }

    String firstTime() {
        return firstTime;
    }

    /// Whether it was emptied and written anew since it was opened.
    boolean wasReplaced(long readTo) throws IOException {
        return !compressed
                && channel.size() < readTo
                && !firstTime(channel, false).equals(firstTime);
    }

    /// Reads at an offset of the uncompressed text.
    ///
    /// @return how many bytes; 0 at the end for now
    int read(byte[] into, int from, int count, long offset) throws IOException {
        if (!compressed) {
            return Math.max(0, channel.read(ByteBuffer.wrap(into, from, count), offset));
        }
        InputStream in = unpacked;
        if (in == null || unpackedTo != offset) {
            in = unpack(channel);
            in.skipNBytes(offset);
            unpacked = in;
        }
        int read = in.readNBytes(into, from, count);
        unpackedTo = offset + read;
        return read;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
