package kat.logging.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import kat.base.Check;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.logging.line.LogRecord;
import kat.logging.store.Block;
import kat.logging.store.BlockReader;
import kat.logging.store.Segment;
import kat.logging.store.StoreView;
import org.jspecify.annotations.Nullable;

/// Finds pages of lines.
///
/// Blocks are looked through in the order of their newest line (of their oldest, when the
/// oldest is asked for first) until no further block can hold a line that belongs on the page.
///
/// **Limits:** a page's texts have at most [#MOST_PAGE_BYTES], one line at least.
///
/// **Threads:** any; each call is alone.
public final class Search {

    static final long MOST_PAGE_BYTES = 2L << 20;

    private final Ticker ticker;

    /// @param ticker for deadlines alone
    public Search(Ticker ticker) {
        this.ticker = ticker;
    }

    /// A block that may hold lines that are meant.
    record Candidate(Segment segment, Block block) {}

    private record Hit(Cursor place, Candidate in, int line, int size) {}

    /// One page.
    ///
    /// @param deadline after it the page ends early, which it says; one block at least is read
    /// @throws IOException when the store cannot be read
    public Page page(StoreView view, LineQuery query, Deadline deadline) throws IOException {
        BlockScan scan = new BlockScan(query);
        List<Candidate> candidates = candidates(view, query, scan);
        Found found = new Found(query);
        for (Candidate each : candidates) {
            if (found.isSettled(each.block())) {
                break;
            }
            if (found.current != null && deadline.isOver(ticker)) {
                return early(found, each.block()).withSkipped(scan.skipped());
            }
            found.current = each;
            scan.scan(each.segment(), each.block(), found);
        }
        return read(found.sorted(), found.isFull(), null).withSkipped(scan.skipped());
    }

    /// The line of a sequence, whoever may see it.
    ///
    /// @return null when there is none, or no longer
    /// @throws IOException when the store cannot be read
    public static @Nullable LogRecord line(StoreView view, long sequence) throws IOException {
        for (Segment segment : view.segments()) {
            for (Block block : segment.blocks()) {
                if (block.firstSequence() <= sequence && sequence <= block.lastSequence()) {
                    BlockReader reader = new BlockReader();
                    reader.read(segment, block);
                    return reader.record((int) (sequence - block.firstSequence()));
                }
            }
        }
        return null;
    }

    /// The page when the time was over before a block was looked through.
    private static Page early(Found found, Block block) throws IOException {
        boolean newest = found.query.newestFirst();
        Cursor edge =
                newest
                        ? new Cursor(block.maxTime(), Long.MAX_VALUE)
                        : new Cursor(block.minTime(), 0);
        List<Hit> settled =
                found.sorted().stream()
                        .filter(hit -> found.order.compare(hit.place(), edge) < 0)
                        .toList();
        Cursor last = found.query.after();
        boolean behind = last != null && found.order.compare(edge, last) < 0;
        return read(settled, false, behind ? last : edge);
    }

    /// The blocks to look through, in the order of the lines that are asked for.
    static List<Candidate> candidates(StoreView view, LineQuery query, BlockScan scan)
            throws IOException {
        List<Candidate> found = new ArrayList<>();
        for (Segment segment : view.segments()) {
            BitSet holders =
                    query.words().isEmpty() ? null : view.blocksWith(segment, query.words());
            List<Block> blocks = segment.blocks();
            for (int i = 0; i < blocks.size(); i++) {
                Block block = blocks.get(i);
                boolean indexed = holders == null || holders.get(i);
                if (indexed && scan.mayHold(block) && isAhead(block, query)) {
                    found.add(new Candidate(segment, block));
                }
            }
        }
        Comparator<Candidate> order =
                query.newestFirst()
                        ? Comparator.<Candidate>comparingLong(each -> each.block().maxTime())
                                .reversed()
                        : Comparator.comparingLong(each -> each.block().minTime());
        found.sort(order);
        return found;
    }

    private static boolean isAhead(Block block, LineQuery query) {
        Cursor after = query.after();
        if (after == null) {
            return true;
        }
        return query.newestFirst()
                ? block.minTime() <= after.timeNanos()
                : block.maxTime() >= after.timeNanos();
    }

    /// Reads the lines, block by block: neighbours in time may lie in different ones.
    private static Page read(List<Hit> hits, boolean full, @Nullable Cursor edge)
            throws IOException {
        List<Hit> fitting = fitting(hits);
        IdentityHashMap<Candidate, List<Integer>> byBlock = new IdentityHashMap<>();
        for (int i = 0; i < fitting.size(); i++) {
            byBlock.computeIfAbsent(fitting.get(i).in(), in -> new ArrayList<>()).add(i);
        }
        LogRecord[] lines = new LogRecord[fitting.size()];
        BlockReader reader = new BlockReader();
        for (Map.Entry<Candidate, List<Integer>> each : byBlock.entrySet()) {
            reader.read(each.getKey().segment(), each.getKey().block());
            for (int index : each.getValue()) {
                lines[index] = reader.record(fitting.get(index).line());
            }
        }
        if (fitting.size() < hits.size()) {
            return new Page(List.of(lines), fitting.getLast().place(), true, 0);
        }
        if (edge != null) {
            return new Page(List.of(lines), edge, false, 0);
        }
        return new Page(List.of(lines), full ? hits.getLast().place() : null, true, 0);
    }

    /// The first lines whose texts fit on a page.
    private static List<Hit> fitting(List<Hit> hits) {
        long bytes = 0;
        for (int i = 0; i < hits.size(); i++) {
            bytes += hits.get(i).size();
            if (bytes > MOST_PAGE_BYTES && i > 0) {
                return hits.subList(0, i);
            }
        }
        return hits;
    }

    /// The best lines so far, the worst of them on top.
    private static final class Found implements BlockScan.Hits {

        private final LineQuery query;
        private final Comparator<Cursor> order;
        private final PriorityQueue<Hit> best;
        private @Nullable Candidate current;

        Found(LineQuery query) {
            this.query = query;
            this.order =
                    query.newestFirst() ? Comparator.reverseOrder() : Comparator.naturalOrder();
            this.best = new PriorityQueue<>(Comparator.comparing(Hit::place, order.reversed()));
        }

        @Override
        public boolean wants(long timeNanos, long sequence) {
            Cursor place = new Cursor(timeNanos, sequence);
            Cursor after = query.after();
            if (after != null && order.compare(place, after) <= 0) {
                return false;
            }
            Hit worst = best.peek();
            return worst == null || !isFull() || order.compare(place, worst.place()) < 0;
        }

        @Override
        public void hit(Segment segment, Block block, int line, BlockReader reader) {
            Cursor place = new Cursor(reader.timeOf(line), block.firstSequence() + line);
            int size = reader.endOf(line) - reader.startOf(line);
            Candidate in = Check.notNull(current, "a block is looked through");
            best.add(new Hit(place, in, line, size));
            if (best.size() > query.limit()) {
                Hit unused = best.remove();
            }
        }

        boolean isFull() {
            return best.size() >= query.limit();
        }

        /// Whether neither a block nor one behind it can hold a better line.
        boolean isSettled(Block block) {
            Hit worst = best.peek();
            if (worst == null || !isFull()) {
                return false;
            }
            return query.newestFirst()
                    ? block.maxTime() < worst.place().timeNanos()
                    : block.minTime() > worst.place().timeNanos();
        }

        List<Hit> sorted() {
            return best.stream().sorted(Comparator.comparing(Hit::place, order)).toList();
        }
    }
}
