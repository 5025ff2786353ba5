package kat.app;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Gives memory back after load. The collector shrinks the heap only when it collects all of it,
/// and a server that has become quiet fills its large heap so slowly that this takes hours. So: a
/// heap that has grown, in a server that has had little to do for [#PERIOD], is collected once.
///
/// **Threads:** its own at each look; looks do not overlap.
final class QuietHeap implements AutoCloseable {

    /// From one look to the next.
    static final Duration PERIOD = Duration.ofSeconds(30);

    /// What a quiet server uses up at most from one look to the next, in bytes.
    static final long QUIET = 16 << 20;

    /// A heap smaller than this is left alone, in bytes.
    static final long SMALL = 96 << 20;

    private static final Logger LOG = System.getLogger("kat.app.memory");

    private final Heap heap;
    private final Ticker ticker;
    private long usedBefore;
    private long sizeAfter = SMALL; // of the heap after it was collected
    private volatile boolean isClosed;
    private volatile Ticker.@Nullable Scheduled next;

    /// The JVM's heap.
    interface Heap {
        /// Bytes of objects, dead ones too.
        long used();

        /// Bytes taken from the system.
        long size();

        /// Drops what is dead and gives back what is then too much; everything stands still.
        void collect();
    }

    QuietHeap(Heap heap, Ticker ticker) {
        this.heap = heap;
        this.ticker = ticker;
        this.usedBefore = heap.used();
    }

    /// The heap of this process.
    static Heap ofThisProcess() {
        return new Heap() {
            @Override
            public long used() {
                return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            }

            @Override
            public long size() {
                return Runtime.getRuntime().totalMemory();
            }

            @Override
            public void collect() {
                System.gc();
            }
        };
    }

    void start() {
        next = ticker.schedule(PERIOD, () -> ticker.threads().start("quiet-heap", this::look));
    }

    private void look() {
        if (!isClosed) {
            giveBack();
            start();
        }
    }

    /// Looks once, and collects if that is worth while.
    void giveBack() {
        long size = heap.size();
        if (isQuiet(heap.used() - usedBefore) && isLarge(size)) {
            heap.collect();
            sizeAfter = Math.max(SMALL, heap.size());
            LOG.log(Level.DEBUG, "memory given back before={0} after={1}", size, heap.size());
        }
        usedBefore = heap.used();
    }

    /// A negative growth is the work of the collector, so there was something to do.
    private static boolean isQuiet(long growth) {
        return growth >= 0 && growth <= QUIET;
    }

    private boolean isLarge(long size) {
        return size > sizeAfter + sizeAfter / 2;
    }

    @Override
    public void close() {
        isClosed = true;
        Ticker.Scheduled waiting = next;
        if (waiting != null) {
            waiting.cancel();
        }
    }
}
