package kat.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kat.base.Deadline;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.etcd.testing.EtcdProcess;
import kat.store.Cause;
import kat.store.Change;
import kat.store.Commit;
import kat.store.Entry;
import kat.store.Event;
import kat.store.KeyRange;
import kat.store.Seal;
import kat.store.StoreRefusedException;
import kat.store.StoreUnavailableException;
import kat.store.Transaction;
import kat.store.Value;
import kat.store.Watch;
import kat.store.WatchQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two stores on one etcd, and an etcd that fails.
class SharedEtcdTest {

    private static final Cause CAUSE = new Cause("tester", 7);
    private static final String A = "/registry/pods/default/a";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Ticker ticker = new SystemTicker();
    @TempDir private Path folder;
    private EtcdProcess etcd;
    private EtcdStore one;
    private EtcdStore two;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(EtcdProcess.program() != null, "needs etcd: apt-get install etcd-server");
        etcd = EtcdProcess.start(folder, ticker);
        one = EtcdStore.open(quick(), Seal.NONE, ticker);
        two = EtcdStore.open(quick(), Seal.NONE, ticker);
    }

    private EtcdConfig quick() {
        return Configs.with(
                etcd,
                new EtcdConfig.Timing(
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(20),
                        Duration.ofMillis(50),
                        Duration.ofHours(1)));
    }

    @AfterEach
    void stop() {
        if (etcd != null) {
            one.close();
            two.close();
            etcd.close();
        }
    }

    @Test
    void whatOneWasToldIsReadByTheOtherAfterTheBarrier() {
        for (int i = 0; i < 200; i++) {
            long at = put(one, A, "v" + i);

            two.awaitNewest();

            assertTrue(two.revision() >= at);
            assertEquals("v" + i, text(two.get(A)));
        }
    }

    @Test
    void theBarrierSeesPastKeysOfOthers() {
        put(one, A, "1");
        try (Endpoints endpoints = new Endpoints(quick())) {
            Calls calls = new Calls(endpoints, ticker);
            PutRequest foreign =
                    PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("/other")).build();
            calls.change(KVGrpc.getPutMethod(), foreign, Deadline.in(PATIENCE, ticker));
        }

        two.awaitNewest();

        assertEquals("1", text(two.get(A)));
        assertTrue(two.revision() >= 4);
    }

    @Test
    void aWriterThatIsBehindMeetsAConflictAndThenKnows() {
        long first = put(one, A, "1");
        put(two, A, "2");

        Commit commit = one.commit(Transaction.put(A, first, value("3"), CAUSE));

        Commit.Conflict conflict = assertInstanceOf(Commit.Conflict.class, commit);
        assertEquals("2", text(conflict.failed().getFirst().current()));
        assertEquals("2", text(one.get(A)));
    }

    @Test
    void causesAndVersionsAreReadFromEtcd() throws IOException {
        put(one, A, "1");
        put(one, A, "2");
        put(one, A + "b", "gone");
        two.awaitNewest();
        Watch watch = two.watch(new WatchQuery(KeyRange.all(), one.revision()));
        one.commit(Transaction.delete(A + "b", one.revision(), Cause.by("remover\nof things")));
        two.awaitNewest();

        Event removed = assertInstanceOf(Watch.Events.class, watch.poll(9)).events().getFirst();
        assertEquals("remover\nof things", removed.entry().cause().actor());
        assertEquals(one.revision(), removed.revision());
        try (EtcdStore later = EtcdStore.open(quick(), Seal.NONE, ticker)) {
            Entry entry = later.get(A);
            assertEquals(CAUSE, entry.cause());
            assertEquals(2, entry.version());
            assertEquals(2, entry.createRevision());
            assertNull(later.get(A + "b"));
        }
    }

    @Test
    void manyReadersAtOnceShareTheBarrier() throws InterruptedException {
        put(one, A, "1");
        long[] counts = new long[1];
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            readers.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int n = 0; n < 20; n++) {
                                            two.awaitNewest();
                                        }
                                        synchronized (counts) {
                                            counts[0]++;
                                        }
                                    }));
        }
        for (Thread reader : readers) {
            reader.join();
        }

        assertEquals(64, counts[0]);
    }

    @Test
    void anEtcdThatIsAwayIsToldAndComesBackWithoutLoss() throws Exception {
        put(one, A, "1");
        Watch watch = two.watch(new WatchQuery(KeyRange.all(), 1));
        two.awaitNewest();
        etcd.kill();

        assertThrows(StoreUnavailableException.class, () -> two.awaitNewest());
        assertThrows(StoreUnavailableException.class, () -> one.probe(Duration.ofMillis(300)));
        var failed = assertThrows(StoreUnavailableException.class, () -> put(one, A, "2"));
        assertFalse(failed.isUncertain(), "nothing can have been sent: " + failed.getMessage());
        assertEquals("1", text(two.get(A)), "what is known is still read");

        etcd.start();
        long last = put(one, A, "3");
        two.awaitNewest();

        assertEquals("3", text(two.get(A)));
        Watch.Events events = assertInstanceOf(Watch.Events.class, watch.poll(99));
        assertEquals(
                List.of("1", "3"), events.events().stream().map(e -> text(e.entry())).toList());
        assertEquals(last, events.events().getLast().revision());
    }

    @Test
    void aCommitThatWasSentAndNotAnsweredIsUncertain() throws Exception {
        put(one, A, "1");
        etcd.signal("STOP");

        var failed = assertThrows(StoreUnavailableException.class, () -> put(one, A, "2"));

        etcd.signal("CONT");
        assertTrue(failed.isUncertain());
        assertTrue(failed.isTimeout());
        assertEquals("etcdserver: request timed out", failed.getMessage());
        one.awaitNewest();
        assertTrue(List.of("1", "2").contains(text(one.get(A))));
    }

    @Test
    void whoMissedWhatWasCompactedReadsAllAgainAndItsWatchersFallBehind() throws Exception {
        put(one, A, "1");
        put(one, A + "gone", "1");
        put(one, A + "same", "1");
        two.awaitNewest();
        Watch watch = two.watch(new WatchQuery(KeyRange.all(), two.revision()));
        CountDownLatch called = new CountDownLatch(1);
        watch.onReady(called::countDown);
        two.feed().interrupt();
        one.commit(new Transaction(List.of(), List.of(new Change.Delete(A + "gone")), CAUSE));
        for (int i = 0; i < 10; i++) {
            put(one, A, "new" + i);
        }
        one.compact(one.revision());
        two.feed().resume();

        assertTrue(called.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        two.awaitNewest();

        assertEquals(new Watch.FellBehind(one.revision()), watch.poll(9));
        assertEquals("new9", text(two.get(A)));
        assertEquals("1", text(two.get(A + "same")));
        assertNull(two.get(A + "gone"));
        assertEquals(one.revision(), two.compactedRevision());
        put(one, A, "last");
        two.awaitNewest();
        assertEquals("last", text(two.get(A)));
    }

    @Test
    void oneOfTwoCompactsAndBothForget() {
        Compactor first = compactor(one);
        Compactor second = compactor(two);
        for (int i = 0; i < 5; i++) {
            put(one, A, "v" + i);
        }
        long old = one.revision();
        for (int round = 0; round < 2; round++) {
            first.compact();
            two.awaitNewest();
            second.compact();
            one.awaitNewest();
        }

        assertTrue(one.compactedRevision() >= old);
        assertTrue(two.compactedRevision() >= old);
        assertEquals("v4", text(one.get(A)));
    }

    private Compactor compactor(EtcdStore store) {
        return new Compactor(
                new Calls(new Endpoints(quick()), ticker), store.feed().mirror(), quick(), ticker);
    }

    @Test
    void whatIsTooLargeIsRefusedInEtcdsWords() {
        assertEquals("etcdserver: request is too large", refusal(1_700_000));
        assertEquals(
                "trying to send message larger than max (2097255 vs. 2097152)", refusal(2 << 20));
        assertNull(one.get(A));
    }

    private String refusal(int bytes) {
        Transaction large = Transaction.put(A, 0, Value.of(new byte[bytes]), CAUSE);
        return assertThrows(StoreRefusedException.class, () -> one.commit(large)).getMessage();
    }

    private static long put(EtcdStore store, String key, String text) {
        Commit commit =
                store.commit(
                        new Transaction(
                                List.of(), List.of(new Change.Put(key, value(text))), CAUSE));
        return assertInstanceOf(Commit.Committed.class, commit).revision();
    }

    private static Value value(String text) {
        return Value.of(text.getBytes(UTF_8));
    }

    private static String text(Entry entry) {
        return new String(entry.bytes(), UTF_8);
    }
}
