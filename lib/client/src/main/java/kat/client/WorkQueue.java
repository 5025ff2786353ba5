package kat.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import kat.base.Threads;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Keys that wait to be worked on. A key that is added while it waits is not added twice; one that
/// is added while it is worked on waits until that is done, so that no key is in two hands.
///
/// | key is    | `add`                | `take`            | `done`                            |
/// |-----------|----------------------|-------------------|-----------------------------------|
/// | unknown   | waits                |                   |                                   |
/// | waiting   | stays                | becomes worked on |                                   |
/// | worked on | marked to come again |                   | waits again if marked, else gone  |
///
/// **Threads:** any.
///
/// **Source:** client-go `util/workqueue`.
///
/// @param <K> a key, compared by value
public final class WorkQueue<K> implements AutoCloseable {

    /// The delay after a first failure; it doubles with each further one.
    public static final Duration FIRST_BACKOFF = Duration.ofMillis(5);

    public static final Duration LONGEST_BACKOFF = Duration.ofSeconds(1000);
    private static final int MOST_DOUBLINGS = 20;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double FIRST_RANGE = 1e-8;
    private static final int RANGES = 10;

    private final Ticker ticker;
    private final Threads.Permits takable; // one for each that waits
    private final Object lock = new Object();
    private final Queue<K> waiting = new ArrayDeque<>(); // guarded by lock
    private final Map<K, Long> dirty = new HashMap<>(); // with when it came; guarded by lock
    private final Map<K, Long> processing = new HashMap<>(); // since when; guarded by lock
    private final Figures figures = new Figures();
    private final Map<K, Integer> failures = new HashMap<>(); // guarded by lock
    private final Map<K, Delayed> delayed = new HashMap<>(); // guarded by lock
    private boolean closed; // guarded by lock

    private record Delayed(long dueNanos, Ticker.Scheduled timer) {}

    /// What became of a queue's keys since it was made.
    ///
    /// **Threads:** any.
    public static final class Figures {

        private final LongAdder added = new LongAdder();
        private final LongAdder retried = new LongAdder();
        private final Histogram waited = new Histogram(seconds());
        private final Histogram worked = new Histogram(seconds());

        private Figures() {}

        /// The ranges that times are counted by, as Kubernetes has them.
        public static double[] seconds() {
            return Histogram.exponential(FIRST_RANGE, 10, RANGES);
        }

        /// Keys that were added and did not wait already.
        public long added() {
            return added.sum();
        }

        /// Keys that were added after a failure.
        public long retried() {
            return retried.sum();
        }

        /// Seconds from when a key was added until it was taken.
        public Histogram waited() {
            return waited;
        }

        /// Seconds from when a key was taken until it was done.
        public Histogram worked() {
            return worked;
        }
    }

    public WorkQueue(Ticker ticker) {
        this.ticker = ticker;
        this.takable = ticker.threads().permits(0);
    }

    public void add(K key) {
        synchronized (lock) {
            if (closed || dirty.putIfAbsent(key, ticker.nanos()) != null) {
                return;
            }
            figures.added.increment();
            if (!processing.containsKey(key)) {
                waiting.add(key);
                takable.release();
            }
        }
    }

    /// Adds the key later; of several delays for one key the shortest holds.
    public void addAfter(K key, Duration delay) {
        if (delay.isZero() || delay.isNegative()) {
            add(key);
            return;
        }
        synchronized (lock) {
            if (closed) {
                return;
            }
            long due = ticker.nanos() + delay.toNanos();
            Delayed known = delayed.get(key);
            if (known != null && known.dueNanos() - due <= 0) {
                return;
            }
            if (known != null) {
                known.timer().cancel();
            }
            delayed.put(key, new Delayed(due, ticker.schedule(delay, () -> ripen(key))));
        }
    }

    private void ripen(K key) {
        synchronized (lock) {
            delayed.remove(key);
        }
        add(key);
    }

    /// Adds the key after a delay that doubles with each failure since the last [#forget].
    public void addRateLimited(K key) {
        int count;
        synchronized (lock) {
            count = failures.merge(key, 1, Integer::sum);
        }
        figures.retried.increment();
        Duration delay = FIRST_BACKOFF.multipliedBy(1L << Math.min(count - 1, MOST_DOUBLINGS));
        addAfter(key, delay.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : delay);
    }

    /// Forgets the key's failures.
    public void forget(K key) {
        synchronized (lock) {
            failures.remove(key);
        }
    }

    /// The next key, for the caller to work on until it calls [#done]; waits for one. Null when the
    /// queue was closed.
    public @Nullable K take() throws InterruptedException {
        takable.acquire();
        synchronized (lock) {
            if (closed) {
                takable.release(); // for the next who waits
                return null;
            }
            K key = waiting.remove();
            long now = ticker.nanos();
            processing.put(key, now);
            figures.waited.add(seconds(dirty.remove(key), now));
            return key;
        }
    }

    public void done(K key) {
        synchronized (lock) {
            figures.worked.add(seconds(processing.remove(key), ticker.nanos()));
            if (dirty.containsKey(key) && !closed) {
                waiting.add(key);
                takable.release();
            }
        }
    }

    private static double seconds(@Nullable Long since, long now) {
        return since == null ? 0 : (now - since) / NANOS_PER_SECOND;
    }

    public Figures figures() {
        return figures;
    }

    /// How many keys wait to be taken.
    public int depth() {
        synchronized (lock) {
            return waiting.size();
        }
    }

    /// For how many seconds keys that are worked on now have been worked on.
    ///
    /// @param all of all such keys together
    /// @param longest of the one that was taken first
    public record InWork(double all, double longest) {}

    public InWork inWork() {
        synchronized (lock) {
            long now = ticker.nanos();
            double all = 0;
            double longest = 0;
            for (Long since : processing.values()) {
                double seconds = seconds(since, now);
                all += seconds;
                longest = Math.max(longest, seconds);
            }
            return new InWork(all, longest);
        }
    }

    /// Whether nothing waits and nothing is worked on; delayed keys do not count.
    public boolean isIdle() {
        synchronized (lock) {
            return waiting.isEmpty() && processing.isEmpty();
        }
    }

    /// Drops what waits and lets every [#take] return null.
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            waiting.clear();
            dirty.clear();
            for (Delayed timer : delayed.values()) {
                timer.timer().cancel();
            }
            delayed.clear();
            takable.release();
        }
    }
}
