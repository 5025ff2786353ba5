package kat.logging.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kat.base.Check;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.logging.store.Block;
import kat.logging.store.BlockReader;
import kat.logging.store.Segment;
import kat.logging.store.StoreView;

/// How many lines are meant, over time.
///
/// Blocks whose lines are all meant and lie within one step are counted without being read.
///
/// @param fromNanos where the first step begins, in nanoseconds since 1970
/// @param stepNanos how long each step is: a second, a minute, and what people count in between
///     and beyond
/// @param counts of each step, those without lines too
/// @param countedFromNanos lines before it may be missing, because the time was over;
///     `fromNanos` when none is
/// @param skipped lines that the expression could not be looked for in, because that took too
///     long
public record Histogram(
        long fromNanos, long stepNanos, List<Long> counts, long countedFromNanos, int skipped) {

    /// Steps that may be asked for.
    public static final int MOST_STEPS = 500;

    private static final long SECOND = 1_000_000_000L;
    private static final long DAY = 86_400; // seconds
    private static final long[] USUAL_STEPS = {
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
        DAY,
    };

    public Histogram {
        counts = List.copyOf(counts);
    }

    /// Whether no line is missing.
    public boolean isComplete() {
        return countedFromNanos <= fromNanos;
    }

    public long total() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    /// Counts what a query means; its order, limit and cursor mean nothing here.
    ///
    /// @param query without an end of time it ends at `nowNanos`, or behind the newest line;
    ///     without a beginning it begins at the oldest block's
    /// @param steps how many at most; 1 to [#MOST_STEPS]
    /// @param deadline after it older lines are left out
    /// @throws IOException when the store cannot be read
    public static Histogram count(
            StoreView view,
            LineQuery query,
            int steps,
            long nowNanos,
            Deadline deadline,
            Ticker ticker)
            throws IOException {
        Check.argument(steps >= 1 && steps <= MOST_STEPS, "steps must be 1 to " + MOST_STEPS);
        BlockScan scan = new BlockScan(query);
        List<Search.Candidate> candidates = Search.candidates(view, query, scan);
        Counted counted = new Counted(query, candidates, steps, nowNanos);
        boolean first = true;
        for (Search.Candidate each : candidates) {
            if (!first && deadline.isOver(ticker)) {
                return counted.since(each.block().maxTime() + 1, scan.skipped());
            }
            first = false;
            if (scan.meansAll(each.block()) && counted.isOneStep(each.block())) {
                counted.add(each.block().minTime(), each.block().count());
            } else {
                scan.scan(each.segment(), each.block(), counted);
            }
        }
        return counted.since(Long.MIN_VALUE, scan.skipped());
    }

    /// The shortest usual step of which so many cover a span.
    static long step(long fromSecond, long toSecond, int steps) {
        for (long step : USUAL_STEPS) {
            if (count(fromSecond, toSecond, step) <= steps) {
                return step;
            }
        }
        long days = Math.max(2, (toSecond - fromSecond) / DAY / steps);
        while (count(fromSecond, toSecond, days * DAY) > steps) {
            days++;
        }
        return days * DAY;
    }

    private static long count(long fromSecond, long toSecond, long step) {
        return Math.floorDiv(toSecond - 1, step) - Math.floorDiv(fromSecond, step) + 1;
    }

    private static final class Counted implements BlockScan.Hits {

        private final long from; // seconds
        private final long step; // seconds
        private final long[] counts;

        Counted(LineQuery query, List<Search.Candidate> candidates, int steps, long now) {
            long oldest = query.fromNanos();
            if (oldest == Long.MIN_VALUE) {
                oldest = Math.min(now, query.toNanos() - 1);
                for (Search.Candidate each : candidates) {
                    oldest = Math.min(oldest, each.block().minTime());
                }
            }
            long end = query.toNanos();
            if (end == Long.MAX_VALUE) {
                end = Math.max(now, oldest);
                for (Search.Candidate each : candidates) {
                    end = Math.max(end, each.block().maxTime());
                }
                end++;
            }
            long first = Math.floorDiv(oldest, SECOND);
            long last = Math.max(first + 1, Math.ceilDiv(end, SECOND));
            this.step = Histogram.step(first, last, steps);
            this.from = Math.floorDiv(first, step) * step;
            this.counts = new long[(int) Histogram.count(first, last, step)];
        }

        private int stepOf(long timeNanos) {
            return (int) ((Math.floorDiv(timeNanos, SECOND) - from) / step);
        }

        boolean isOneStep(Block block) {
            return stepOf(block.minTime()) == stepOf(block.maxTime());
        }

        void add(long timeNanos, int lines) {
            counts[stepOf(timeNanos)] += lines;
        }

        @Override
        public boolean wants(long timeNanos, long sequence) {
            return true;
        }

        @Override
        public void hit(Segment segment, Block block, int line, BlockReader reader) {
            add(reader.timeOf(line), 1);
        }

        Histogram since(long countedFrom, int skipped) {
            List<Long> all = new ArrayList<>();
            for (long count : counts) {
                all.add(count);
            }
            long begin = from * SECOND;
            return new Histogram(begin, step * SECOND, all, Math.max(begin, countedFrom), skipped);
        }
    }
}
