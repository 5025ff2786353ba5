package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class QuietHeapTest {

    private static final long MIB = 1 << 20;

    private final FakeHeap heap = new FakeHeap();
    private final QuietHeap quiet = new QuietHeap(heap, new FakeTicker(Instant.EPOCH));

    @Test
    void afterLoadMemoryIsGivenBackOnce() {
        heap.load(800 * MIB);
        quiet.giveBack();
        assertEquals(0, heap.collections, "there was load since the last look");

        heap.used += MIB;
        quiet.giveBack();
        heap.used += MIB;
        quiet.giveBack();

        assertEquals(1, heap.collections);
        assertEquals(100 * MIB, heap.size);
    }

    @Test
    void aSecondLoadIsGivenBackToo() {
        heap.load(800 * MIB);
        quiet.giveBack();
        quiet.giveBack();
        heap.load(300 * MIB);
        quiet.giveBack();
        quiet.giveBack();

        assertEquals(2, heap.collections);
    }

    @Test
    void whoIsBusyIsLeftAlone() {
        for (int i = 0; i < 9; i++) {
            heap.load((800 - 50 * (i % 2)) * MIB);
            quiet.giveBack();
        }

        assertEquals(0, heap.collections);
    }

    @Test
    void aSmallHeapIsLeftAlone() {
        heap.size = QuietHeap.SMALL;
        quiet.giveBack();
        quiet.giveBack();

        assertEquals(0, heap.collections);
    }

    @Test
    void whatLivesIsNotCollectedAgainAndAgain() {
        heap.live = 700 * MIB;
        heap.load(800 * MIB);
        for (int i = 0; i < 9; i++) {
            quiet.giveBack();
        }

        assertEquals(1, heap.collections);
    }

    private static final class FakeHeap implements QuietHeap.Heap {
        private long live = 60 * MIB;
        private long used = live;
        private long size = 64 * MIB;
        private int collections;

        void load(long upTo) {
            used = upTo;
            size = Math.max(size, upTo);
        }

        @Override
        public long used() {
            return used;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void collect() {
            collections++;
            used = live;
            size = live + 40 * MIB;
        }
    }
}
