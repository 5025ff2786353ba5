package kat.logging.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import kat.logging.line.LogSource;
import org.apache.lucene.store.ByteArrayDataInput;
import org.apache.lucene.store.ByteArrayDataOutput;
import org.apache.lucene.util.compress.LZ4;
import org.jspecify.annotations.Nullable;

/// How a block lies in a file.
///
/// | bytes | what                                                                          |
/// |-------|-------------------------------------------------------------------------------|
/// | 4     | a mark                                                                        |
/// | 4 · 3 | sizes: of what is told of the block, of its text, of its columns              |
/// | 4     | CRC-32C of the text and the columns                                           |
/// | 4     | CRC-32C of the head so far and of what is told                                |
/// | …     | what is told: sequence, times, sources, how far files were read              |
/// | …     | the text, by LZ4: lines with line ends between them                           |
/// | …     | the columns, by LZ4: source, stream, time and size of each line               |
///
/// A source is written in full where a file first names it; later blocks name it by its number.
final class Frame {

    static final int HEAD = 24; // bytes

    private static final int MARK = 0x4b4c4f47;
    private static final int LARGEST_PART = 64 << 20; // bytes; more is damage

    private Frame() {}

    /// A block in the form of a file.
    ///
    /// @param newSources that the file does not yet name, in the order of their numbers
    record Encoded(ByteBuffer bytes, Block block, List<LogSource> newSources) {}

    /// What was read of a block.
    record Told(Block block, SequencedMap<String, Long> positions) {}

    /// @param known the numbers of the sources that the file names already
    /// @param at where in the file the block will lie
    static Encoded encode(
            BlockBuilder block, long firstSequence, Map<LogSource, Integer> known, long at) {
        List<LogSource> newSources = new ArrayList<>();
        ByteWriter meta = new ByteWriter(1024);
        meta.number(firstSequence);
        meta.number(block.count());
        meta.signed(block.minTime());
        meta.number(block.maxTime() - block.minTime());
        meta.number(block.text().length());
        meta.number(block.columns().length());
        List<LogSource> sources = block.sources();
        meta.number(sources.size());
        for (LogSource source : sources) {
            Integer number = known.get(source);
            if (number == null) {
                meta.number(known.size() + newSources.size());
                write(source, meta);
                newSources.add(source);
            } else {
                meta.number(number);
            }
        }
        meta.number(block.positions().size());
        block.positions()
                .forEach(
                        (file, offset) -> {
                            meta.text(file);
                            meta.signed(offset);
                        });
        return assemble(block, firstSequence, meta, at, newSources);
    }

    private static Encoded assemble(
            BlockBuilder block,
            long firstSequence,
            ByteWriter meta,
            long at,
            List<LogSource> newSources) {
        int text = block.text().length();
        int columns = block.columns().length();
        int most = HEAD + meta.length() + worst(text) + worst(columns);
        byte[] bytes = new byte[most];
        System.arraycopy(meta.array(), 0, bytes, HEAD, meta.length());
        int textAt = HEAD + meta.length();
        int columnsAt = textAt + press(block.text(), bytes, textAt);
        int end = columnsAt + press(block.columns(), bytes, columnsAt);
        int dataSum = sum(bytes, textAt, end);
        ByteBuffer head = ByteBuffer.wrap(bytes);
        head.putInt(MARK).putInt(meta.length()).putInt(columnsAt - textAt).putInt(end - columnsAt);
        head.putInt(dataSum).putInt(headSum(bytes, meta.length()));
        Block told =
                new Block(
                        at,
                        meta.length(),
                        columnsAt - textAt,
                        end - columnsAt,
                        dataSum,
                        text,
                        columns,
                        firstSequence,
                        block.count(),
                        block.minTime(),
                        block.maxTime(),
                        block.sources());
        return new Encoded(ByteBuffer.wrap(bytes, 0, end), told, newSources);
    }

    private static int worst(int size) {
        return size + size / 200 + 64;
    }

    private static int press(ByteWriter from, byte[] into, int at) {
        ByteArrayDataOutput out = new ByteArrayDataOutput(into, at, into.length - at);
        try {
            LZ4.compress(from.array(), 0, from.length(), out, new LZ4.FastCompressionHashTable());
        } catch (IOException e) {
            throw new UncheckedIOException("an array cannot fail", e);
        }
        return out.getPosition() - at;
    }

    private static int sum(byte[] bytes, int from, int to) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, to - from);
        return (int) sum.getValue();
    }

    private static int headSum(byte[] bytes, int metaSize) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, HEAD - Integer.BYTES);
        sum.update(bytes, HEAD, metaSize);
        return (int) sum.getValue();
    }

    private static void write(LogSource source, ByteWriter out) {
        out.text(source.namespace());
        out.text(source.pod());
        out.text(source.uid());
        out.text(source.container());
        out.number(source.restart());
        out.text(source.node());
        out.number(source.labels().size());
        source.labels()
                .forEach(
                        (key, value) -> {
                            out.text(key);
                            out.text(value);
                        });
    }

    private static LogSource readSource(ByteReader in) {
        String namespace = in.text();
        String pod = in.text();
        String uid = in.text();
        String container = in.text();
        int restart = in.small();
        String node = in.text();
        SequencedMap<String, String> labels = new TreeMap<>();
        for (int left = in.small(); left > 0; left--) {
            String key = in.text();
            labels.put(key, in.text());
        }
        return new LogSource(namespace, pod, uid, container, restart, node, labels);
    }

    /// How many bytes follow the head until the text begins.
    ///
    /// @return -1 when this is no head
    static int metaSize(byte[] head) {
        ByteBuffer in = ByteBuffer.wrap(head);
        boolean marked = in.getInt() == MARK;
        int meta = in.getInt();
        int text = in.getInt();
        int columns = in.getInt();
        boolean fits =
                (meta | text | columns) >= 0
                        && Math.max(meta, Math.max(text, columns)) < LARGEST_PART;
        return marked && fits ? meta : -1;
    }

    /// Reads what is told of a block.
    ///
    /// @param bytes head and what is told
    /// @param known the sources that the file named before; those that it names first are added
    /// @return null when it is damaged
    static @Nullable Told read(byte[] bytes, int metaSize, long at, List<LogSource> known) {
        ByteBuffer head = ByteBuffer.wrap(bytes);
        int text = head.getInt(8);
        int columns = head.getInt(12);
        int dataSum = head.getInt(16);
        if (head.getInt(20) != headSum(bytes, metaSize)) {
            return null;
        }
        ByteReader in = new ByteReader(bytes, HEAD);
        long first = in.number();
        int count = in.small();
        long minTime = in.signed();
        long maxTime = minTime + in.number();
        int textSize = in.small();
        int columnsSize = in.small();
        List<LogSource> sources = new ArrayList<>();
        for (int left = in.small(); left > 0; left--) {
            int number = in.small();
            if (number == known.size()) {
                known.add(readSource(in));
            }
            sources.add(known.get(number));
        }
        SequencedMap<String, Long> positions = new TreeMap<>();
        for (int left = in.small(); left > 0; left--) {
            String file = in.text();
            positions.put(file, in.signed());
        }
        Block block =
                new Block(
                        at,
                        metaSize,
                        text,
                        columns,
                        dataSum,
                        textSize,
                        columnsSize,
                        first,
                        count,
                        minTime,
                        maxTime,
                        sources);
        return new Told(block, positions);
    }

    static boolean isWhole(byte[] data, Block block) {
        return sum(data, 0, data.length) == block.dataSum();
    }

    /// Unpacks LZ4 into an array that is large enough.
    static void unpack(byte[] from, int at, int stored, byte[] into, int size) {
        try {
            int unused = LZ4.decompress(new ByteArrayDataInput(from, at, stored), size, into, 0);
        } catch (IOException e) {
            throw new UncheckedIOException("an array cannot fail", e);
        }
    }
}
