package kat.store.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import kat.base.Check;
import kat.store.Cause;
import kat.store.Change;
import kat.store.Commit;
import kat.store.CompactedException;
import kat.store.Condition;
import kat.store.Entry;
import kat.store.Event;
import kat.store.FutureRevisionException;
import kat.store.KeyRange;
import kat.store.Range;
import kat.store.RangeQuery;
import kat.store.Store;
import kat.store.StoreClosedException;
import kat.store.Transaction;
import kat.store.Value;
import kat.store.Watch;
import kat.store.WatchQuery;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [Store] does, whatever stands behind it.
public abstract class StoreContract {

    private static final Cause CAUSE = new Cause("tester", 1);
    private static final String A = "/registry/pods/default/a";
    private static final String B = "/registry/pods/default/b";
    private static final String NODE = "/registry/nodes/n1";
    private static final KeyRange PODS = KeyRange.prefix("/registry/pods/");

    private @Nullable Store opened;

    /// A store that is empty.
    protected abstract Store open() throws Exception;

    /// How many writes each of several writers makes, who get in each other's way.
    protected int writesEach() {
        return 300;
    }

    @BeforeEach
    void openStore() throws Exception {
        opened = open();
    }

    @AfterEach
    void closeStore() {
        store().close();
    }

    private Store store() {
        return require(opened);
    }

    @Test
    void anEmptyStoreStandsAtRevisionOne() {
        assertEquals(1, store().revision());
        assertEquals(0, store().compactedRevision());
        assertNull(store().get(A));
        assertEquals(List.of(), store().range(RangeQuery.latest(KeyRange.all())).entries());
    }

    @Test
    void aValueCarriesTheRevisionThatWroteIt() {
        put(B, "x");
        Value value = Value.around("rv=".getBytes(UTF_8), ";".getBytes(UTF_8));

        Commit commit = store().commit(Transaction.put(A, 0, value, CAUSE));

        Entry entry = assertInstanceOf(Commit.Committed.class, commit).entry();
        assertEquals("rv=3;", text(entry));
        assertSame(entry, store().get(A));
        assertEquals(CAUSE, entry.cause());
    }

    @Test
    void aDeleteStampsWhatItRemovesWithItsOwnRevision() {
        Value value = Value.stampedAt("rv=;".getBytes(UTF_8), 3);
        store().commit(Transaction.put(A, 0, value, CAUSE));

        Commit commit = store().commit(Transaction.delete(A, 2, Cause.by("remover")));

        Event event = assertInstanceOf(Commit.Committed.class, commit).events().getFirst();
        assertEquals("rv=3;", text(event.entry()));
        assertEquals("rv=2;", text(require(event.previous())));
        assertEquals("remover", event.entry().cause().actor());
        assertNull(store().get(A));
    }

    @Test
    void aConditionThatDoesNotHoldChangesNothing() {
        put(A, "1");

        Commit commit =
                store().commit(
                                new Transaction(
                                        List.of(new Condition(B, 0), new Condition(A, 0)),
                                        List.of(
                                                new Change.Delete(A),
                                                new Change.Put(B, value("2"))),
                                        CAUSE));

        Commit.Conflict conflict = assertInstanceOf(Commit.Conflict.class, commit);
        assertEquals(
                List.of(new Commit.Failed(new Condition(A, 0), store().get(A))), conflict.failed());
        assertEquals(2, store().revision());
        assertNull(store().get(B));
    }

    @Test
    void createAndVersionCountFromTheLastTimeTheKeyWasAbsent() {
        put(A, "1");
        put(A, "2");
        delete(A);
        put(A, "3");
        put(A, "4");

        Entry entry = require(store().get(A));

        assertEquals(5, entry.createRevision());
        assertEquals(6, entry.modRevision());
        assertEquals(2, entry.version());
    }

    @Test
    void deletingAnAbsentKeyMakesNoRevision() {
        put(A, "1");

        Commit commit = delete(B);

        assertEquals(new Commit.Committed(2, List.of()), commit);
        assertEquals(2, store().revision());
    }

    @Test
    void aRangeIsReadAsItStoodAtARevision() {
        put(B, "b1");
        put(A, "a1");
        put(NODE, "n1");
        put(A, "a2");
        delete(B);

        assertEquals(List.of("a1", "b1"), texts(store().range(RangeQuery.latest(PODS).at(3))));
        assertEquals(List.of("a2"), texts(store().range(RangeQuery.latest(PODS))));
        assertEquals(List.of("b1"), texts(store().range(RangeQuery.latest(PODS).at(2))));
        assertEquals(List.of(), texts(store().range(RangeQuery.latest(PODS).at(1))));
    }

    @Test
    void aLimitCutsARangeAndSaysWhatRemains() {
        put(A, "a");
        put(B, "b");
        put(B + "2", "c");

        Range page = store().range(RangeQuery.latest(PODS).withLimit(1));
        KeyRange rest = PODS.after(page.entries().getLast().key());
        Range next = store().range(RangeQuery.latest(rest).at(page.revision()).withLimit(2));

        assertEquals(List.of("a"), texts(page));
        assertEquals(2, page.remaining());
        assertTrue(page.more());
        assertEquals(List.of("b", "c"), texts(next));
        assertEquals(0, next.remaining());
    }

    @Test
    void aPeekGivesTheFirstEntriesAndSaysWhetherThereAreMoreKeys() {
        put(A, "a");
        put(B, "b");

        Range first = store().peek(PODS, 1);
        Range all = store().peek(PODS, 3);

        assertEquals(List.of("a"), texts(first));
        assertTrue(first.more());
        assertEquals(List.of("a", "b"), texts(all));
        assertFalse(all.more());
    }

    @Test
    void aCompactedRevisionIsRefusedAndTheNewestKept() {
        put(A, "1");
        put(A, "2");
        put(B, "b");
        delete(B);

        store().compact(3);

        assertEquals(3, store().compactedRevision());
        assertEquals(List.of("2"), texts(store().range(RangeQuery.latest(PODS).at(3))));
        assertEquals(List.of("2", "b"), texts(store().range(RangeQuery.latest(PODS).at(4))));
        RangeQuery compacted = RangeQuery.latest(PODS).at(2);
        var refused = assertThrows(CompactedException.class, () -> store().range(compacted));
        assertEquals(3, refused.compactedRevision());
        assertThrows(
                CompactedException.class, () -> store().watch(new WatchQuery(KeyRange.all(), 2)));
    }

    @Test
    void aRevisionNotReachedIsRefused() {
        var range = RangeQuery.latest(PODS).at(2);

        assertThrows(FutureRevisionException.class, () -> store().range(range));
        assertThrows(FutureRevisionException.class, () -> store().watch(new WatchQuery(PODS, 2)));
        assertThrows(FutureRevisionException.class, () -> store().compact(2));
    }

    @Test
    void aWatchGivesEachChangeOfItsKeysAfterItsRevision() {
        put(A, "1");
        put(NODE, "n");
        put(A, "2");
        Watch watch = store().watch(new WatchQuery(PODS, 2));
        delete(A);
        put(NODE, "n2");

        Watch.Events events = assertInstanceOf(Watch.Events.class, watch.poll(100));

        assertEquals(
                List.of("PUT " + A + "@4", "DELETE " + A + "@5"),
                events.events().stream().map(Event::toString).toList());
        assertEquals("1", text(require(events.events().getFirst().previous())));
        assertEquals(6, events.revision());
    }

    @Test
    void aWatchOfEverythingGivesAllTopicsInOrder() {
        Watch watch = store().watch(new WatchQuery(KeyRange.all(), 1));
        put(A, "1");
        put(NODE, "n");
        put("loose", "l");

        Watch.Events first = assertInstanceOf(Watch.Events.class, watch.poll(2));
        Watch.Events second = assertInstanceOf(Watch.Events.class, watch.poll(2));

        assertEquals(List.of(A, NODE), first.events().stream().map(Event::key).toList());
        assertEquals(3, first.revision());
        assertEquals(List.of("loose"), second.events().stream().map(Event::key).toList());
        assertEquals(4, second.revision());
    }

    @Test
    void aPollGivesNoMoreBytesThanAreWanted() {
        Watch watch = store().watch(new WatchQuery(PODS, 1));
        for (String text : List.of("four", "four", "a text of its own", "four")) {
            put(A, text);
            put(NODE, "nobody looks at this one");
        }

        Watch.Events two = assertInstanceOf(Watch.Events.class, watch.poll(100, 5));
        Watch.Events large = assertInstanceOf(Watch.Events.class, watch.poll(100, 5));
        Watch.Events rest = assertInstanceOf(Watch.Events.class, watch.poll(100, 5));

        assertEquals(2, two.events().size());
        assertEquals(
                List.of("a text of its own"),
                large.events().stream().map(event -> text(event.entry())).toList());
        assertEquals(1, rest.events().size());
    }

    @Test
    void aTransactionPartedByAPollIsNotToldAsProgress() {
        Watch watch = store().watch(new WatchQuery(PODS, 1));
        store().commit(
                        new Transaction(
                                List.of(),
                                List.of(
                                        new Change.Put(A, value("1")),
                                        new Change.Put(B, value("2"))),
                                CAUSE));

        Watch.Events half = assertInstanceOf(Watch.Events.class, watch.poll(1));
        Watch.Events whole = assertInstanceOf(Watch.Events.class, watch.poll(1));

        assertEquals(1, half.revision());
        assertEquals(2, whole.revision());
    }

    @Test
    void progressGrowsWhileOtherKeysAreWritten() {
        Watch watch = store().watch(new WatchQuery(PODS, 1));
        put(NODE, "1");
        assertEquals(2, watch.revision());
        put(A, "1");

        assertEquals(2, watch.revision());
    }

    @Test
    void aCallbackComesOncePerRequestWhenThereIsSomething() {
        Watch watch = store().watch(new WatchQuery(PODS, 1));
        AtomicInteger calls = new AtomicInteger();
        watch.onReady(calls::incrementAndGet);
        put(NODE, "other topic");
        assertEquals(0, calls.get());

        put(A, "1");
        put(A, "2");
        assertEquals(1, calls.get());

        watch.onReady(calls::incrementAndGet);
        assertEquals(2, calls.get());
    }

    @Test
    void aWatchThatCompactionOvertakesFallsBehind() {
        Watch slow = store().watch(new WatchQuery(PODS, 1));
        Watch quick = store().watch(new WatchQuery(PODS, 1));
        for (int i = 0; i < 200; i++) {
            put(A, "v" + i);
            quick.poll(10);
        }

        store().compact(150);

        assertEquals(new Watch.FellBehind(150), slow.poll(10));
        put(A, "last");
        Watch.Events events = assertInstanceOf(Watch.Events.class, quick.poll(10));
        assertEquals("last", text(events.events().getFirst().entry()));
    }

    @Test
    void aClosedWatchEndsAndCallsBackALastTime() {
        Watch watch = store().watch(new WatchQuery(PODS, 1));
        AtomicInteger calls = new AtomicInteger();
        watch.onReady(calls::incrementAndGet);

        watch.close();

        assertEquals(1, calls.get());
        assertEquals(new Watch.Ended(), watch.poll(1));
    }

    @Test
    void anInterruptedThreadCommitsAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        put("a", "1");

        assertTrue(Thread.interrupted());
        put("b", "2");
        assertEquals(3, store().revision());
    }

    @Test
    void aClosedStoreEndsWatchesAndRefusesCommits() {
        Watch watch = store().watch(new WatchQuery(PODS, 1));
        AtomicInteger calls = new AtomicInteger();
        watch.onReady(calls::incrementAndGet);

        store().close();

        assertEquals(1, calls.get());
        assertEquals(new Watch.Ended(), watch.poll(1));
        assertThrows(StoreClosedException.class, () -> put(A, "1"));
    }

    @Test
    void aViewIsComputedOncePerType() {
        put(A, "12");
        Entry entry = require(store().get(A));
        AtomicInteger computed = new AtomicInteger();

        for (int i = 0; i < 3; i++) {
            Integer number =
                    entry.view(
                            Integer.class,
                            e -> {
                                computed.incrementAndGet();
                                return Integer.valueOf(text(e));
                            });
            assertEquals(12, number);
        }

        assertEquals("12", entry.view(String.class, StoreContract::text));
        assertEquals(1, computed.get());
    }

    @Test
    void manyWritersLoseNothingAndWatchersMissNothing() throws Exception {
        int writers = 8;
        int each = writesEach();
        Watch watch = store().watch(new WatchQuery(PODS, 1));
        List<Thread> threads = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            threads.add(Thread.ofVirtual().start(() -> count(each)));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertEquals(String.valueOf(writers * each), text(require(store().get(A))));
        Watch.Events events = assertInstanceOf(Watch.Events.class, watch.poll(1 << 20));
        assertEquals(writers * each, events.events().size());
        long expected = 2;
        for (Event event : events.events()) {
            assertEquals(expected++, event.revision());
        }
    }

    private void count(int times) {
        int done = 0;
        while (done < times) {
            Entry now = store().get(A);
            int next = now == null ? 1 : Integer.parseInt(text(now)) + 1;
            long at = now == null ? 0 : now.modRevision();
            Commit commit = store().commit(Transaction.put(A, at, value("" + next), CAUSE));
            if (commit instanceof Commit.Committed) {
                done++;
            }
        }
    }

    private void put(String key, String text) {
        store().commit(
                        new Transaction(
                                List.of(), List.of(new Change.Put(key, value(text))), CAUSE));
    }

    private Commit delete(String key) {
        return store().commit(new Transaction(List.of(), List.of(new Change.Delete(key)), CAUSE));
    }

    private static <T> T require(@Nullable T value) {
        return Check.notNull(value, "it is there");
    }

    private static Value value(String text) {
        return Value.of(text.getBytes(UTF_8));
    }

    private static String text(Entry entry) {
        return new String(entry.bytes(), UTF_8);
    }

    private static List<String> texts(Range range) {
        return range.entries().stream().map(StoreContract::text).toList();
    }
}
