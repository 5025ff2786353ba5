package kat.logging.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.logging.line.LogSource;
import org.jspecify.annotations.Nullable;

/// A block that is being filled, and how far the files were read whose lines are in it.
///
/// **Threads:** one owner.
final class BlockBuilder {

    /// Texts of this size make a block: large enough that words repeat, small enough to be read
    /// for one line.
    static final int FULL = 256 << 10; // bytes

    private final ByteWriter text = new ByteWriter(FULL + (64 << 10));
    private final ByteWriter columns = new ByteWriter(32 << 10);
    private final Map<LogSource, Integer> sources = new LinkedHashMap<>();
    private final SequencedMap<String, Long> positions = new TreeMap<>();
    private @Nullable LogSource lastSource;
    private int lastIndex;
    private int count;
    private long lastTime;
    private long minTime;
    private long maxTime;

    void add(LogSource source, long timeNanos, boolean error, byte[] line, int from, int to) {
        if (count == 0) {
            lastTime = 0;
            minTime = timeNanos;
            maxTime = timeNanos;
        }
        columns.number(((long) indexOf(source) << 1) | (error ? 1 : 0));
        columns.signed(timeNanos - lastTime);
        columns.number(to - from);
        text.write(line, from, to - from);
        text.write('\n');
        lastTime = timeNanos;
        minTime = Math.min(minTime, timeNanos);
        maxTime = Math.max(maxTime, timeNanos);
        count++;
    }

    private int indexOf(LogSource source) {
        if (source != lastSource) {
            Integer known = sources.get(source);
            lastIndex = known == null ? sources.size() : known;
            sources.putIfAbsent(source, lastIndex);
            lastSource = source;
        }
        return lastIndex;
    }

    /// @param offset how far the file was read; [LineStore#FORGOTTEN] when it is gone
    void position(String file, long offset) {
        positions.put(file, offset);
    }

    boolean isFull() {
        return text.length() >= FULL;
    }

    boolean isEmpty() {
        return count == 0 && positions.isEmpty();
    }

    void clear() {
        text.clear();
        columns.clear();
        sources.clear();
        positions.clear();
        lastSource = null;
        count = 0;
    }

    ByteWriter text() {
        return text;
    }

    ByteWriter columns() {
        return columns;
    }

    List<LogSource> sources() {
        return new ArrayList<>(sources.keySet());
    }

    SequencedMap<String, Long> positions() {
        return positions;
    }

    int count() {
        return count;
    }

    long minTime() {
        return minTime;
    }

    long maxTime() {
        return maxTime;
    }
}
