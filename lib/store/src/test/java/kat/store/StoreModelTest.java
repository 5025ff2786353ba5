package kat.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import kat.base.Randomness;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Random histories against [Naive]: commits, reads of the past, watches, compaction, a failing,
/// full and crashing disk. Replay one with `-Dkat.seed=N`.
class StoreModelTest {

    private static final int STEPS = 250;
    private static final Logger QUIET = Logger.getLogger("kat.store");

    /// The faults made here are told of by the thousand.
    @BeforeAll
    static void hush() {
        QUIET.setLevel(Level.OFF);
    }

    @AfterAll
    static void speak() {
        QUIET.setLevel(null);
    }

    @ParameterizedTest
    @CsvSource({"0, 150"})
    void everyHistoryAgreesWithTheNaiveMap(long first, int count) throws IOException {
        long base = Long.getLong("kat.seed", first);
        int runs = System.getProperty("kat.seed") != null ? 1 : count * times();
        for (long seed = base; seed < base + runs; seed++) {
            try {
                new Run(seed).run();
            } catch (AssertionError | RuntimeException | IOException e) {
                throw new AssertionError("replay with -Dkat.seed=" + seed, e);
            }
        }
    }

    private static int times() {
        return System.getProperty("kat.nightly") != null ? 200 : 1;
    }

    private static final class Run {

        private final Randomness random;
        private final Machine machine;
        private Naive naive = new Naive();
        private final List<Naive> possible = new ArrayList<>(); // after failed writes
        private final Map<Watch, Long> watches = new LinkedHashMap<>(); // to: events up to
        private final Map<Watch, KeyRange> ranges = new LinkedHashMap<>();
        private long compacted;

        Run(long seed) {
            random = Randomness.seeded(seed);
            machine = new Machine(random, Machine.smallConfig());
        }

        void run() throws IOException {
            machine.start();
            for (int step = 0; step < STEPS; step++) {
                step();
                assertEquals(naive.revision(), machine.memory.revision());
                assertTrue(machine.memory.compactedRevision() >= compacted);
                compacted = machine.memory.compactedRevision();
            }
            crash();
        }

        private void step() throws IOException {
            switch (random.nextInt(16)) {
                case 0 -> crash();
                case 1 -> breakDisk();
                case 2 -> compact();
                case 3, 4 -> watch();
                case 5, 6, 7 -> poll();
                case 8, 9, 10 -> read();
                case 11 -> machine.advance(Duration.ofSeconds(random.nextInt(60)));
                default -> commit();
            }
        }

        private void commit() {
            List<Request.Task.Write> tasks = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                tasks.add(new Request.Task.Write(transaction()));
            }
            Naive after = naive.copy();
            List<Boolean> expected =
                    tasks.stream().map(task -> after.commit(task.transaction())).toList();
            List<Request> requests = machine.process(tasks);
            for (int i = 0; i < requests.size(); i++) {
                try {
                    Commit commit = requests.get(i).await();
                    assertEquals(expected.get(i), commit instanceof Commit.Committed);
                } catch (WriteFailedException _) {
                    assertEquals(naive.revision(), machine.memory.revision());
                    possible.add(after);
                    machine.disk.heal();
                    return;
                }
            }
            if (after.revision() > naive.revision()) {
                possible.clear();
            }
            naive = after;
        }

        private Transaction transaction() {
            List<Condition> conditions = new ArrayList<>();
            SortedMap<String, Change> changes = new TreeMap<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                String key = key();
                Naive.Row row = naive.at(naive.revision()).get(key);
                boolean isRight = random.nextInt(4) > 0;
                if (random.nextInt(2) == 0) {
                    long at = row == null ? 0 : row.modified();
                    conditions.add(new Condition(key, isRight ? at : at + 1));
                }
                boolean isPut = random.nextInt(3) > 0;
                changes.put(key, isPut ? new Change.Put(key, value()) : new Change.Delete(key));
            }
            Cause cause = new Cause("actor" + random.nextInt(3), random.nextInt(9));
            return new Transaction(conditions, List.copyOf(changes.values()), cause);
        }

        private Value value() {
            String head = "x".repeat(random.nextInt(random.nextInt(20) == 0 ? 3000 : 40));
            return random.nextInt(3) == 0
                    ? Value.of(head.getBytes(UTF_8))
                    : Value.around((head + "@").getBytes(UTF_8), "!".getBytes(UTF_8));
        }

        private String key() {
            return "/r/" + "ab".charAt(random.nextInt(2)) + "/k" + random.nextInt(6);
        }

        private void read() {
            long revision = naive.revision();
            long from = Math.max(1, compacted);
            long at = from + random.nextInt((int) (revision - from + 1));
            KeyRange keys = range();
            int limit = random.nextInt(4);
            Range range = machine.memory.range(new RangeQuery(keys, at, limit));
            SortedMap<String, Naive.Row> rows = new TreeMap<>(naive.at(at));
            rows.keySet().removeIf(key -> !keys.contains(key));
            int shown = limit == 0 ? rows.size() : Math.min(limit, rows.size());
            assertEquals(
                    rows.values().stream().limit(shown).toList(),
                    range.entries().stream().map(Naive.Row::of).toList());
            assertEquals(rows.size() - shown, range.remaining());
            String key = key();
            Entry entry = machine.memory.get(key);
            assertEquals(naive.at(revision).get(key), entry == null ? null : Naive.Row.of(entry));
            if (compacted > 1) {
                assertThrows(
                        CompactedException.class,
                        () -> machine.memory.range(new RangeQuery(keys, compacted - 1, 0)));
            }
        }

        private KeyRange range() {
            return switch (random.nextInt(4)) {
                case 0 -> KeyRange.all();
                case 1 -> KeyRange.key(key());
                case 2 -> KeyRange.prefix("/r/a/");
                default -> new KeyRange("/r/a/k3", "/r/b/k3");
            };
        }

        private void compact() {
            long revision = 1L + random.nextInt((int) naive.revision());
            Request request =
                    machine.process(List.of(new Request.Task.Compact(revision))).getFirst();
            try {
                request.await();
                assertTrue(machine.memory.compactedRevision() >= revision);
            } catch (WriteFailedException _) {
                machine.disk.heal();
            }
        }

        private void watch() {
            long after = compacted + random.nextInt((int) (naive.revision() - compacted + 1));
            KeyRange keys = range();
            Watch watch = machine.memory.watch(new WatchQuery(keys, after));
            watches.put(watch, after);
            ranges.put(watch, keys);
        }

        private void poll() {
            for (Iterator<Watch> all = watches.keySet().iterator(); all.hasNext(); ) {
                Watch watch = all.next();
                long seen = watches.get(watch);
                switch (watch.poll(1 << 20)) {
                    case Watch.Events(List<Event> events, long revision) -> {
                        assertEquals(
                                expected(watch, seen),
                                events.stream().map(Naive.Change::of).toList());
                        assertEquals(naive.revision(), revision);
                        watches.put(watch, revision);
                    }
                    case Watch.FellBehind(long oldest) -> {
                        assertTrue(seen < oldest, "it had not seen what was compacted");
                        all.remove();
                    }
                    case Watch.Ended _ -> throw new AssertionError("nobody closed it");
                }
            }
        }

        private List<Naive.Change> expected(Watch watch, long seen) {
            return naive.changesAfter(seen).stream()
                    .filter(change -> ranges.get(watch).contains(change.key()))
                    .toList();
        }

        private void breakDisk() {
            switch (random.nextInt(4)) {
                case 0 -> machine.disk.fill();
                case 1 -> machine.disk.failFrom(random.nextInt(12));
                case 2 -> machine.disk.heal();
                default -> machine.disk.failAt(random.nextInt(12));
            }
        }

        private void crash() throws IOException {
            if (random.nextInt(2) == 0) {
                machine.disk.crash();
            } else {
                machine.disk.kill();
            }
            start();
            watches.clear();
            ranges.clear();
            List<Naive> all = new ArrayList<>(possible);
            all.add(naive);
            naive =
                    all.stream()
                            .filter(this::isNow)
                            .findFirst()
                            .orElseThrow(() -> new AssertionError(difference()));
            possible.clear();
            compacted = machine.memory.compactedRevision();
        }

        /// Sometimes recovery itself meets a failing disk, and the next attempt does not.
        private void start() throws IOException {
            if (random.nextInt(4) == 0) {
                machine.disk.failFrom(random.nextInt(6));
                try {
                    machine.start();
                } catch (kat.store.log.DamageException e) {
                    throw e;
                } catch (IOException _) {
                    machine.disk.kill();
                }
                machine.disk.kill();
            }
            machine.start();
        }

        private boolean isNow(Naive state) {
            return machine.memory.revision() == state.revision()
                    && rows().equals(List.copyOf(state.at(state.revision()).values()));
        }

        private String difference() {
            return "after a crash at revision "
                    + naive.revision()
                    + " the store is at "
                    + machine.memory.revision()
                    + " with "
                    + rows();
        }

        private List<Naive.Row> rows() {
            return machine.memory.range(RangeQuery.latest(KeyRange.all())).entries().stream()
                    .map(Naive.Row::of)
                    .toList();
        }
    }

    @Test
    void smallLimitsMakeSnapshotsAndDropFiles() throws IOException {
        Machine machine = new Machine(Randomness.seeded(7), Machine.smallConfig());
        machine.start();
        Value value = Value.of(new byte[200]);
        for (int i = 0; i < 2000; i++) {
            Change put = new Change.Put("/r/a/k" + i % 5, value);
            Transaction write = new Transaction(List.of(), List.of(put), Cause.by("x"));
            machine.process(List.of(new Request.Task.Write(write))).getFirst().await();
        }

        assertTrue(machine.disk.list().size() < 12, machine.disk.list().toString());
        assertTrue(machine.memory.history().size() <= 60);
    }
}
