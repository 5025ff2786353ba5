package kat.logging.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;
import org.jspecify.annotations.Nullable;

/// Reads blocks, one after another into the same memory.
///
/// **Threads:** one owner.
public final class BlockReader {

    /// The decompressor writes a few bytes more than it was asked for.
    private static final int SLACK = 64;

    private byte[] stored = new byte[0];
    private byte[] text = new byte[0];
    private byte[] columns = new byte[0];
    private int[] ends = new int[0];
    private int[] sources = new int[0];
    private long[] times = new long[0];
    private @Nullable Block block;
    private boolean haveColumns;

    /// Reads a block's text; its lines are told apart when they are first asked for.
    ///
    /// @throws IOException when it cannot be read or is damaged
    public void read(Segment segment, Block wanted) throws IOException {
        block = null;
        stored = segment.data(wanted);
        if (!Frame.isWhole(stored, wanted)) {
            throw new IOException(
                    "a block of " + segment.file() + " at " + wanted.at() + " is damaged");
        }
        if (text.length < wanted.textSize() + SLACK) {
            text = new byte[wanted.textSize() + SLACK];
        }
        if (wanted.textSize() > 0) {
            Frame.unpack(stored, 0, wanted.textStored(), text, wanted.textSize());
        }
        block = wanted;
        haveColumns = false;
    }

    /// The lines with a line end behind each; longer than [#textSize] tells.
    public byte[] text() {
        return text;
    }

    public int textSize() {
        return current().textSize();
    }

    public int count() {
        return current().count();
    }

    private Block current() {
        Block read = block;
        if (read == null) {
            throw new IllegalStateException("no block was read");
        }
        return read;
    }

    private void requireColumns() {
        if (haveColumns) {
            return;
        }
        Block read = current();
        if (columns.length < read.columnsSize() + SLACK) {
            columns = new byte[read.columnsSize() + SLACK];
        }
        if (ends.length < read.count()) {
            ends = new int[read.count()];
            sources = new int[read.count()];
            times = new long[read.count()];
        }
        if (read.columnsSize() > 0) {
            Frame.unpack(
                    stored, read.textStored(), read.columnsStored(), columns, read.columnsSize());
        }
        ByteReader in = new ByteReader(columns, 0);
        int at = 0;
        long time = 0;
        for (int i = 0; i < read.count(); i++) {
            sources[i] = in.small();
            time += in.signed();
            times[i] = time;
            at += in.small();
            ends[i] = at++;
        }
        haveColumns = true;
    }

    /// The line that holds a byte of the text; its line end counts to it.
    public int lineAt(int offset) {
        requireColumns();
        int low = 0;
        int high = count() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    public int startOf(int line) {
        requireColumns();
        return line == 0 ? 0 : ends[line - 1] + 1;
    }

    public int endOf(int line) {
        requireColumns();
        return ends[line];
    }

    public long timeOf(int line) {
        requireColumns();
        return times[line];
    }

    public boolean isError(int line) {
        requireColumns();
        return (sources[line] & 1) != 0;
    }

    public LogSource sourceOf(int line) {
        return current().sources().get(sourceIndexOf(line));
    }

    /// The place of the line's source among the sources of its block.
    public int sourceIndexOf(int line) {
        requireColumns();
        return sources[line] >>> 1;
    }

    public String textOf(int line) {
        int start = startOf(line);
        return new String(text, start, endOf(line) - start, StandardCharsets.UTF_8);
    }

    public LogRecord record(int line) {
        return new LogRecord(
                current().firstSequence() + line,
                timeOf(line),
                sourceOf(line),
                isError(line),
                textOf(line));
    }
}
