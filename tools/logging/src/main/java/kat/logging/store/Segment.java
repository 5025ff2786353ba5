package kat.logging.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.logging.line.LogSource;
import org.jspecify.annotations.Nullable;

/// A file of blocks. The newest is appended to; the others stay as they are until they go.
///
/// | file              | what it is                                                    |
/// |-------------------|---------------------------------------------------------------|
/// | `N.open`          | blocks as they were committed, small ones too                 |
/// | `N.lines`         | the same lines in full blocks; it replaces `N.open`           |
/// | `N.words`         | the folder of its [WordIndex]; can be made again at any time  |
/// | `*.tmp`           | what a stop left unfinished; removed at the next start        |
///
/// A segment that was dropped or replaced stays readable for those who [#retain] it.
///
/// **Threads:** [#append] and [#truncate] by the one who writes; everything else by any.
public final class Segment {

    private final long number;
    private final Path file;
    private final FileChannel channel;
    private final Object lock = new Object();
    private final List<Block> blocks = new ArrayList<>(); // guarded by lock
    private final Map<LogSource, Integer> known = new HashMap<>(); // of the one who writes
    private final SequencedMap<String, Long> positions = new TreeMap<>(); // of the one who writes
    private @Nullable WordIndex words; // guarded by lock
    private long size; // guarded by lock
    private long textSize; // guarded by lock
    private long wordsSize; // guarded by lock
    private int users = 1; // guarded by lock

    private Segment(long number, Path file, FileChannel channel) {
        this.number = number;
        this.file = file;
        this.channel = channel;
    }

    static Segment create(long number, Path file) throws IOException {
        return new Segment(
                number,
                file,
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE));
    }

    /// Reads what the blocks of a file are. Where a file ends in the middle of a block, or a
    /// block is damaged, the rest is not part of the segment.
    ///
    /// @param unfinished whether the file may have been cut off while it was written: then the
    ///     lines themselves are checked too, and the rest is cut off
    static Segment open(long number, Path file, boolean unfinished) throws IOException {
        FileChannel channel =
                unfinished
                        ? FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)
                        : FileChannel.open(file, StandardOpenOption.READ);
        Segment segment = new Segment(number, file, channel);
        try {
            segment.load(unfinished);
            if (unfinished) {
                segment.truncate(segment.size());
            }
            return segment;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void load(boolean checked) throws IOException {
        long end = channel.size();
        List<LogSource> named = new ArrayList<>();
        byte[] head = new byte[Frame.HEAD];
        long at = 0;
        while (at + Frame.HEAD <= end) {
            readFully(head, 0, Frame.HEAD, at);
            int metaSize = Frame.metaSize(head);
            if (metaSize < 0 || at + Frame.HEAD + metaSize > end) {
                break;
            }
            byte[] bytes = new byte[Frame.HEAD + metaSize];
            readFully(bytes, 0, bytes.length, at);
            Frame.Told told = Frame.read(bytes, metaSize, at, named);
            if (told == null
                    || told.block().end() > end
                    || (checked && !Frame.isWhole(data(told.block()), told.block()))) {
                break;
            }
            positions.putAll(told.positions());
            take(told.block());
            at = told.block().end();
        }
        for (LogSource source : named) {
            known.put(source, known.size());
        }
    }

    private void take(Block block) {
        synchronized (lock) {
            size = block.end();
            textSize += block.textSize();
            if (block.count() > 0) {
                blocks.add(block);
            }
        }
    }

    /// Writes a block behind the others. When that fails nothing of it counts.
    ///
    /// @throws IOException when it cannot be written, for example because the disk is full
    void append(BlockBuilder builder, long firstSequence) throws IOException {
        long at = size();
        Frame.Encoded encoded = Frame.encode(builder, firstSequence, known, at);
        ByteBuffer bytes = encoded.bytes();
        try {
            long to = at;
            while (bytes.hasRemaining()) {
                to += channel.write(bytes, to);
            }
        } catch (IOException e) {
            truncate(at);
            throw e;
        }
        for (LogSource source : encoded.newSources()) {
            known.put(source, known.size());
        }
        positions.putAll(builder.positions());
        take(encoded.block());
    }

    /// Cuts off what lies behind the blocks.
    void truncate(long end) throws IOException {
        if (channel.size() > end) {
            FileChannel unused = channel.truncate(end);
        }
    }

    void force() throws IOException {
        channel.force(false);
    }

    /// The bytes of a block's text and columns as they are stored.
    byte[] data(Block block) throws IOException {
        byte[] data = new byte[block.textStored() + block.columnsStored()];
        readFully(data, 0, data.length, block.dataAt());
        return data;
    }

    private void readFully(byte[] into, int from, int count, long at) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, from, count);
        long next = at;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, next);
            if (read < 0) {
                throw new IOException(file + " ends before " + (at + count));
            }
            next += read;
        }
    }

    long number() {
        return number;
    }

    Path file() {
        return file;
    }

    /// How far files were read when the last block was written.
    SequencedMap<String, Long> positions() {
        return positions;
    }

    /// The blocks by now, in the order of their sequence.
    public List<Block> blocks() {
        synchronized (lock) {
            return List.copyOf(blocks);
        }
    }

    int blockCount() {
        synchronized (lock) {
            return blocks.size();
        }
    }

    long size() {
        synchronized (lock) {
            return size;
        }
    }

    /// Bytes of the texts before compression.
    long textSize() {
        synchronized (lock) {
            return textSize;
        }
    }

    long sizeOnDisk() {
        synchronized (lock) {
            return size + wordsSize;
        }
    }

    void setWords(WordIndex index, long bytes) {
        synchronized (lock) {
            words = index;
            wordsSize = bytes;
        }
    }

    @Nullable WordIndex words() {
        synchronized (lock) {
            return words;
        }
    }

    /// Keeps the segment readable until [#release].
    ///
    /// @return false when it is gone already
    boolean retain() {
        synchronized (lock) {
            if (users == 0) {
                return false;
            }
            users++;
            return true;
        }
    }

    void release() throws IOException {
        WordIndex index;
        synchronized (lock) {
            if (--users > 0) {
                return;
            }
            index = words;
            words = null;
        }
        channel.close();
        if (index != null) {
            index.close();
        }
    }
}
