package kat.logging.store;

import java.util.List;
import kat.logging.line.LogSource;

/// What is known of a block of lines without reading it.
///
/// @param at where its head lies in the file
/// @param metaSize bytes of what is told of it
/// @param textStored bytes of its text in the file
/// @param columnsStored bytes of the rest in the file
/// @param dataSum the checksum of both
/// @param textSize bytes of its text, line ends counted
/// @param columnsSize bytes of the rest
/// @param firstSequence of its first line; the others follow without gaps
/// @param count how many lines it has
/// @param minTime of its lines, in nanoseconds since 1970
/// @param maxTime of its lines
/// @param sources where its lines come from; lines name them by their index
public record Block(
        long at,
        int metaSize,
        int textStored,
        int columnsStored,
        int dataSum,
        int textSize,
        int columnsSize,
        long firstSequence,
        int count,
        long minTime,
        long maxTime,
        List<LogSource> sources) {

    public Block {
        sources = List.copyOf(sources);
    }

    long dataAt() {
        return at + Frame.HEAD + metaSize;
    }

    long end() {
        return dataAt() + textStored + columnsStored;
    }

    public long lastSequence() {
        return firstSequence + count - 1;
    }
}
