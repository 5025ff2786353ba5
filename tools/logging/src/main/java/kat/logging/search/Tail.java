package kat.logging.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.logging.line.LogRecord;
import kat.logging.store.Block;
import kat.logging.store.BlockReader;
import kat.logging.store.Segment;
import kat.logging.store.StoreView;

/// Lines in the order of their intake, for those who follow: what is written late is not
/// missed.
///
/// @param lines that are meant
/// @param reached every line up to this sequence was looked at
/// @param skipped lines that the expression could not be looked for in, because that took too
///     long
public record Tail(List<LogRecord> lines, long reached, int skipped) {

    public Tail {
        lines = List.copyOf(lines);
    }

    /// The lines behind a sequence.
    ///
    /// @param query whose order and cursor mean nothing here
    /// @param beyond the sequence behind which lines are meant
    /// @param upTo the sequence of the last line that is meant
    /// @param deadline after it fewer lines are looked at, one block at least
    /// @throws IOException when the store cannot be read
    public static Tail read(
            StoreView view,
            LineQuery query,
            long beyond,
            long upTo,
            Deadline deadline,
            Ticker ticker)
            throws IOException {
        BlockScan scan = new BlockScan(query);
        Collected collected = new Collected(beyond, upTo, query.limit());
        long reached = beyond;
        for (Segment segment : view.segments()) {
            for (Block block : segment.blocks()) {
                boolean isNew = block.lastSequence() > beyond && block.firstSequence() <= upTo;
                boolean over = reached > beyond && deadline.isOver(ticker);
                if (isNew && (collected.isFull() || over)) {
                    return collected.upTo(reached, scan.skipped());
                }
                if (isNew && scan.mayHold(block)) {
                    scan.scan(segment, block, collected);
                }
                reached = isNew ? Math.min(upTo, block.lastSequence()) : reached;
            }
        }
        return collected.upTo(Math.max(reached, upTo), scan.skipped());
    }

    private static final class Collected implements BlockScan.Hits {

        private final long beyond;
        private final long last;
        private final int limit;
        private final List<LogRecord> lines = new ArrayList<>();
        private long bytes;

        Collected(long beyond, long last, int limit) {
            this.beyond = beyond;
            this.last = last;
            this.limit = limit;
        }

        boolean isFull() {
            return lines.size() >= limit || bytes >= Search.MOST_PAGE_BYTES;
        }

        @Override
        public boolean wants(long timeNanos, long sequence) {
            return sequence > beyond && sequence <= last && !isFull();
        }

        @Override
        public void hit(Segment segment, Block block, int line, BlockReader reader) {
            lines.add(reader.record(line));
            bytes += reader.endOf(line) - reader.startOf(line);
        }

        /// When the limit was met within a block, the rest of it is not yet looked at.
        Tail upTo(long reached, int skipped) {
            return new Tail(lines, isFull() ? lines.getLast().sequence() : reached, skipped);
        }
    }
}
