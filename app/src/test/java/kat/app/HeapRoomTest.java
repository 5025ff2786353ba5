package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class HeapRoomTest {

    private static final long MIB = 1 << 20;

    private final FakeHeap heap = new FakeHeap();
    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private final HeapRoom room = new HeapRoom(heap, MIB, ticker);

    @Test
    void whatIsDeadDoesNotCount() {
        heap.use(60, 40);

        assertTrue(room.admits(2 * MIB));
        assertEquals(1, heap.collections);
    }

    @Test
    void isFullWhenTooMuchIsAlive() {
        heap.use(60, 58);

        assertFalse(room.admits(2 * MIB));
        assertEquals("58 of 64 MiB are in use", room.toString());
    }

    @Test
    void looksAgainWhenWhatWasWrittenSinceMayHaveFilledIt() {
        heap.use(60, 14);
        assertTrue(room.admits(2 * MIB));
        heap.use(60, 58);

        assertTrue(room.admits(11 * MIB), "40 MiB below the limit, and half of the reserve");
        assertFalse(room.admits(MIB));
    }

    @Test
    void looksAgainOnlyAfterAPauseHoweverOftenItIsAsked() {
        heap.use(60, 58);
        for (int i = 0; i < 100; i++) {
            assertFalse(room.admits(2 * MIB));
        }
        assertEquals(1, heap.collections);

        heap.live = 20 * MIB;
        ticker.advance(HeapRoom.PAUSE);

        assertTrue(room.admits(1));
        assertEquals(2, heap.collections);
    }

    @Test
    void sparesALittleUntilItIsGone() {
        heap.use(60, 58);
        assertFalse(room.admits(2 * MIB));

        assertTrue(room.spares(MIB));
        assertFalse(room.spares(MIB), "9.6 MiB are left of the heap");

        heap.use(20, 20);
        assertTrue(room.admits(1));
        assertTrue(room.spares(MIB));
    }

    @Test
    void aLongCollectionMakesForALongerPause() {
        heap.use(60, 58);
        heap.takes = HeapRoom.PAUSE;
        assertFalse(room.admits(2 * MIB));

        heap.live = 20 * MIB;
        ticker.advance(HeapRoom.PAUSE.multipliedBy(HeapRoom.SHARE).minusNanos(1));
        assertFalse(room.admits(1));
        ticker.advance(HeapRoom.PAUSE);

        assertTrue(room.admits(1));
    }

    @Test
    void littleIsWrittenWithoutALook() {
        heap.use(60, 58);

        assertTrue(room.admits(MIB));
        assertEquals(0, heap.collections);
    }

    @Test
    void aHeapThatIsAlmostFreeIsNotLookedAt() {
        heap.use(60, 58);
        heap.almostFree = true;

        assertTrue(room.admits(2 * MIB));
        assertEquals(0, heap.collections);
    }

    private final class FakeHeap implements HeapRoom.Heap {
        private boolean almostFree;
        private long live;
        private long used;
        private int collections;
        private Duration takes = Duration.ZERO;

        void use(long all, long alive) {
            used = all * MIB;
            live = alive * MIB;
        }

        @Override
        public boolean isAlmostFree() {
            return almostFree;
        }

        @Override
        public long used() {
            return used;
        }

        @Override
        public long max() {
            return 64 * MIB;
        }

        @Override
        public void collect() {
            ticker.advance(takes);
            used = live;
            collections++;
        }
    }
}
