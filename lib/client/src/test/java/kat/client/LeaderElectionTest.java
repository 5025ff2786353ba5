package kat.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.json.Json;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class LeaderElectionTest {

    private final FakeTicker ticker = new FakeTicker(Instant.parse("2026-11-21T10:00:00Z"));
    private final OneLease lease = new OneLease();
    private final LeaderElection a = candidate("a");
    private final LeaderElection b = candidate("b");

    private LeaderElection candidate(String identity) {
        return new LeaderElection(
                new LeaderElection.Candidate("it", identity),
                LeaderElection.Timing.DEFAULT,
                lease,
                new LeaderElection.Term() {
                    @Override
                    public void begin() {}

                    @Override
                    public void end() {}
                },
                new LeaderElection.Clock(ticker, Randomness.seeded(1)));
    }

    @Test
    void theFirstLeadsAndKeepsTheLease() {
        assertTrue(a.attempt());
        assertFalse(b.attempt());
        for (int i = 0; i < 20; i++) {
            ticker.advance(Duration.ofSeconds(2));
            assertTrue(a.attempt());
            assertFalse(b.attempt());
        }

        assertEquals(
                """
                {"acquireTime":"2026-11-21T10:00:00.000000Z","holderIdentity":"a",\
                "leaseDurationSeconds":15,"leaseTransitions":0,\
                "renewTime":"2026-11-21T10:00:40.000000Z"}""",
                lease.stored.spec().toString());
    }

    @Test
    void anotherTakesOverWhenItSawNoRenewalForTheWholeLease() {
        assertTrue(a.attempt());
        ticker.advance(Duration.ofSeconds(60));
        assertFalse(b.attempt(), "it sees the lease for the first time");
        ticker.advance(Duration.ofMillis(14_999));
        assertFalse(b.attempt());
        ticker.advance(Duration.ofMillis(1));

        assertTrue(b.attempt());
        assertEquals("b", lease.stored.spec().string("holderIdentity"));
        assertEquals(1, lease.stored.spec().integer("leaseTransitions", 0));
        assertFalse(a.attempt());
    }

    @Test
    void aLeaseThatWasGivenBackIsFreeAtOnce() {
        assertTrue(a.attempt());
        assertFalse(b.attempt());
        a.release();

        assertTrue(b.attempt());
        assertFalse(a.attempt());
    }

    @Test
    void whoMeetsAConflictDoesNotLead() {
        assertTrue(a.attempt());
        a.release();
        lease.isBusy = true;

        assertFalse(b.attempt());
        lease.isBusy = false;
        assertTrue(b.attempt());
    }

    /// The Lease, as the API keeps it.
    private static final class OneLease implements UnexpectedRequests {

        private KubeObject stored;
        private long revision;
        private boolean isBusy;

        @Override
        public KubeObject get(Kind kind, ObjectKey key) {
            if (stored == null) {
                throw Status.notFound(kind, key.name()).asException();
            }
            return stored;
        }

        @Override
        public Written create(Kind kind, KubeObject object, WriteOptions options) {
            return write(object);
        }

        @Override
        public Written update(Kind kind, KubeObject object, WriteOptions options) {
            if (isBusy || object.revision() != stored.revision()) {
                throw Status.modified(Kinds.LEASE, object.name()).asException();
            }
            return write(object);
        }

        private Written write(KubeObject object) {
            revision++;
            String version = Long.toString(revision);
            stored =
                    object.withTree(
                            tree -> tree.withAt(Json.of(version), "metadata", "resourceVersion"));
            return new Written(stored, revision);
        }
    }
}
