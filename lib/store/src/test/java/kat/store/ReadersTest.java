package kat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/// Readers and watchers beside a writer, while a short history is compacted under their feet.
class ReadersTest {

    private static final int WRITES = 60_000;
    private static final String LEFT = "/r/pairs/left";
    private static final String RIGHT = "/r/pairs/right";
    private static final String BLINKING = "/r/pairs/sometimes";
    private static final KeyRange PAIRS = KeyRange.prefix("/r/pairs/");
    private static final Cause CAUSE = Cause.by("test");

    private final StoreConfig config =
            new StoreConfig(
                    StoreConfig.DEFAULT_TOPICS,
                    new StoreConfig.Retention(100, 1 << 20, Duration.ofHours(1)),
                    StoreConfig.defaults().log());
    private final Store store = new MemoryStore(config);

    @Test
    void seeEachTransactionWholeAndNeverGoBack() throws Exception {
        write(0);
        List<FutureTask<Void>> tasks =
                List.of(
                        new FutureTask<>(this::writeAll),
                        new FutureTask<>(this::readPairs),
                        new FutureTask<>(this::readOne),
                        new FutureTask<>(this::readThePast),
                        new FutureTask<>(() -> follow(1)),
                        new FutureTask<>(() -> follow(1000)));
        // Readers never wait, so each needs a thread that can be preempted.
        tasks.forEach(task -> Thread.ofPlatform().start(task));
        for (FutureTask<Void> task : tasks) {
            task.get();
        }

        assertEquals(WRITES - 1, number(store.get(LEFT)));
    }

    private Void writeAll() {
        for (int i = 1; i < WRITES; i++) {
            write(i);
        }
        return null;
    }

    private void write(int i) {
        Value value = Value.of(ByteBuffer.allocate(Integer.BYTES).putInt(0, i).array());
        Change third = i % 2 == 0 ? new Change.Put(BLINKING, value) : new Change.Delete(BLINKING);
        List<Change> changes =
                List.of(new Change.Put(LEFT, value), new Change.Put(RIGHT, value), third);
        store.commit(new Transaction(List.of(), changes, CAUSE));
    }

    private boolean isOver() {
        return number(store.get(LEFT)) == WRITES - 1;
    }

    private Void readPairs() {
        long last = 0;
        while (!isOver()) {
            Range range = store.range(RangeQuery.latest(PAIRS));
            requirePair(range);
            assertTrue(range.revision() >= last, "revisions grow");
            last = range.revision();
        }
        return null;
    }

    private static void requirePair(Range range) {
        int left = number(range.entries().getFirst());
        assertEquals(left % 2 == 0 ? 3 : 2, range.entries().size());
        range.entries().forEach(entry -> assertEquals(left, number(entry)));
    }

    private Void readOne() {
        int last = 0;
        while (!isOver()) {
            int left = number(store.get(LEFT));
            int right = number(store.get(RIGHT));
            assertTrue(last <= left && left <= right, last + " " + left + " " + right);
            last = right;
        }
        return null;
    }

    private Void readThePast() {
        int read = 0;
        while (!isOver()) {
            long before = Math.max(2, store.revision() - 20);
            try {
                requirePair(store.range(RangeQuery.latest(PAIRS).at(before)));
                read++;
            } catch (CompactedException e) {
                assertTrue(e.compactedRevision() > before);
            }
        }
        assertTrue(read > 0, "the past was read");
        return null;
    }

    /// Keeps a copy by watching, as an informer does.
    private Void follow(int most) {
        Map<String, Integer> copy = new HashMap<>();
        Watch watch = list(copy);
        Semaphore ready = new Semaphore(0);
        while (copy.get(RIGHT) < WRITES - 1) {
            switch (watch.poll(most)) {
                case Watch.Events(List<Event> events, long _) -> {
                    events.forEach(event -> apply(event, copy));
                    if (events.isEmpty()) {
                        watch.onReady(ready::release);
                        ready.acquireUninterruptibly();
                    }
                }
                case Watch.FellBehind _ -> watch = list(copy);
                case Watch.Ended _ -> throw new AssertionError("nobody closed it");
            }
        }
        return null;
    }

    private Watch list(Map<String, Integer> copy) {
        while (true) {
            Range range = store.range(RangeQuery.latest(PAIRS));
            copy.clear();
            range.entries().forEach(entry -> copy.put(entry.key(), number(entry)));
            try {
                return store.watch(new WatchQuery(PAIRS, range.revision()));
            } catch (CompactedException e) {
                assertTrue(e.compactedRevision() > range.revision());
            }
        }
    }

    private static void apply(Event event, Map<String, Integer> copy) {
        boolean isPut = event.type() == Event.Type.PUT;
        if (!event.key().equals(BLINKING)) {
            assertEquals(copy.get(event.key()) + 1, number(event.entry()), event.key());
        } else {
            assertEquals(isPut, !copy.containsKey(BLINKING), "it comes and goes");
        }
        if (isPut) {
            copy.put(event.key(), number(event.entry()));
        } else {
            copy.remove(event.key());
        }
    }

    private static int number(Entry entry) {
        return ByteBuffer.wrap(entry.bytes()).getInt();
    }
}
