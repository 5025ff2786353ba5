package kat.app;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import kat.base.Ticker;
import kat.store.Room;
import org.jspecify.annotations.Nullable;

/// The room in this process's heap. It is full when what is alive would take more than
/// [#FULL_PERCENT] of the old generation, where it comes to lie: the rest is for requests.
///
/// What is alive only a collection tells. So one is asked for when that much is in use, dead or
/// alive, and again when so much was written since that it may be alive by now ([#COST]). Once it
/// is full, the next comes after [#PAUSE] at the earliest, and after [#SHARE] times as long as the
/// last one took: who writes to a full server does not keep it standing still.
///
/// **Threads:** any; one at a time looks.
final class HeapRoom implements Room {

    static final int FULL_PERCENT = 85;

    static final Duration PAUSE = Duration.ofSeconds(5);

    static final int SHARE = 20;

    /// At most so many bytes are alive for each byte that is written: what is stored, what was made
    /// of it, and the version before.
    static final int COST = 4;

    private static final int PARTS = 256; // of a heap; it is looked at each time one was written

    private static final Logger LOG = System.getLogger("kat.app.memory");

    private final Heap heap;
    private final long step;
    private final Ticker ticker;
    private final AtomicLong unseen = new AtomicLong(); // written since the last look, bytes
    private final AtomicLong spared = new AtomicLong(); // since it is full, bytes
    private volatile long allowance; // what may be written until the next look, bytes
    private volatile long alive; // when it was collected last, bytes
    private volatile boolean isFull; // written under this
    private long restUntil; // nanos of the ticker; guarded by this

    /// The JVM's heap.
    interface Heap {
        /// Whether so little is in use that nobody needs to know how much.
        boolean isAlmostFree();

        /// Bytes of objects, dead ones too.
        long used();

        /// Bytes of the old generation at most.
        long max();

        /// Drops what is dead; everything stands still.
        void collect();
    }

    /// @param step the heap is looked at each time that so many bytes were written
    HeapRoom(Heap heap, long step, Ticker ticker) {
        this.heap = heap;
        this.step = step;
        this.allowance = step;
        this.ticker = ticker;
    }

    /// The room of this process.
    static HeapRoom ofThisProcess(Ticker ticker) {
        return new HeapRoom(new JvmHeap(), Runtime.getRuntime().maxMemory() / PARTS, ticker);
    }

    @Override
    public boolean admits(long bytes) {
        if (isFull || unseen.addAndGet(bytes) > allowance) {
            look();
        }
        return !isFull;
    }

    @Override
    public boolean spares(long bytes) {
        return spared.addAndGet(bytes) <= reserve() / 2 / COST;
    }

    private synchronized void look() {
        long now = ticker.nanos();
        if (heap.isAlmostFree()) {
            found(false, step);
        } else if (heap.used() <= limit()) {
            found(false, Math.max(step, (limit() - heap.used()) / COST));
        } else if (!isFull || now - restUntil >= 0) {
            heap.collect();
            long after = ticker.nanos();
            restUntil = after + Math.max(PAUSE.toNanos(), SHARE * (after - now));
            alive = heap.used();
            // Half of the reserve besides: near the limit it would collect all the time.
            found(alive > limit(), Math.max(step, (limit() - alive + reserve() / 2) / COST));
        }
    }

    private void found(boolean full, long next) {
        unseen.set(0);
        allowance = next;
        tell(full);
        if (!full) {
            spared.set(0);
        }
    }

    private long limit() {
        return heap.max() / 100 * FULL_PERCENT;
    }

    private long reserve() {
        return heap.max() - limit();
    }

    private void tell(boolean full) {
        if (full && !isFull) {
            LOG.log(
                    Level.ERROR,
                    "memory is full, nothing new is stored until there is room: {0}",
                    this);
        } else if (!full && isFull) {
            LOG.log(Level.INFO, "there is room in memory again: {0}", this);
        }
        isFull = full;
    }

    @Override
    public String toString() {
        return "%d of %d MiB are in use".formatted(alive >> 20, heap.max() >> 20);
    }

    private static final class JvmHeap implements Heap {

        /// Loaded when more is in use than little: the beans cost time and memory.
        private static final class Pool {
            private static final @Nullable MemoryPoolMXBean OLD = find();

            private static @Nullable MemoryPoolMXBean find() {
                for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
                    String name = pool.getName();
                    boolean isOld = name.contains("Old") || name.contains("Tenured");
                    if (isOld && pool.getUsage().getMax() > 0) {
                        return pool;
                    }
                }
                return null;
            }
        }

        @Override
        public boolean isAlmostFree() {
            return used() < Runtime.getRuntime().maxMemory() / 4;
        }

        @Override
        public long used() {
            return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }

        @Override
        public long max() {
            MemoryPoolMXBean old = Pool.OLD;
            return old == null ? Runtime.getRuntime().maxMemory() : old.getUsage().getMax();
        }

        @Override
        public void collect() {
            System.gc();
        }
    }
}
