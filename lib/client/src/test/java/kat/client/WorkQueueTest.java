package kat.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

    private final FakeTicker ticker = new FakeTicker(Instant.parse("2026-01-01T00:00:00Z"));
    private final WorkQueue<String> queue = new WorkQueue<>(ticker);

    @Test
    void aWaitingKeyIsNotAddedTwice() throws InterruptedException {
        queue.add("a");
        queue.add("a");

        assertEquals("a", queue.take());

        queue.done("a");
        assertTrue(queue.isIdle());
    }

    @Test
    void aKeyAddedWhileWorkedOnComesAgainAfterwards() throws InterruptedException {
        queue.add("a");
        queue.add("b");
        assertEquals("a", queue.take());
        queue.add("a");

        assertEquals("b", queue.take());
        queue.done("a");

        assertEquals("a", queue.take());
    }

    @Test
    void whatBecameOfKeysIsCounted() throws InterruptedException {
        queue.add("a");
        queue.add("a");
        queue.add("b");
        assertEquals(2, queue.depth());
        ticker.advance(Duration.ofMillis(50));
        assertEquals("a", queue.take());
        ticker.advance(Duration.ofSeconds(2));
        queue.done("a");
        queue.addRateLimited("a");

        StringBuilder waited = new StringBuilder();
        queue.figures().waited().write("waited", "of=\"q\"", waited);
        StringBuilder worked = new StringBuilder();
        queue.figures().worked().write("worked", "of=\"q\"", worked);

        assertEquals(1, queue.depth());
        assertEquals(2, queue.figures().added());
        assertEquals(1, queue.figures().retried());
        assertTrue(waited.toString().contains("waited_sum{of=\"q\"} 0.05\n"), waited.toString());
        assertTrue(worked.toString().contains("worked_sum{of=\"q\"} 2\n"), worked.toString());
    }

    @Test
    void theShortestDelayHolds() throws InterruptedException {
        queue.addAfter("a", Duration.ofSeconds(10));
        queue.addAfter("a", Duration.ofSeconds(2));
        queue.addAfter("a", Duration.ofSeconds(5));

        ticker.advance(Duration.ofSeconds(2));

        assertEquals("a", queue.take());
        queue.done("a");
        ticker.advance(Duration.ofSeconds(20));
        assertTrue(queue.isIdle());
    }

    @Test
    void failuresDoubleTheDelayUntilForgotten() throws InterruptedException {
        for (int failure = 0; failure < 3; failure++) {
            queue.addRateLimited("a");
            ticker.advance(WorkQueue.FIRST_BACKOFF.multipliedBy(1L << failure));
            assertEquals("a", queue.take());
            queue.done("a");
        }

        queue.forget("a");
        queue.addRateLimited("a");
        ticker.advance(WorkQueue.FIRST_BACKOFF);

        assertEquals("a", queue.take());
    }

    @Test
    void closingLetsTakersGo() throws InterruptedException {
        queue.addAfter("later", Duration.ofSeconds(1));
        queue.close();

        assertNull(queue.take());
        ticker.advance(Duration.ofSeconds(1));
        assertNull(queue.take());
        assertFalse(ticker.untilNext() != null, "a closed queue leaves no timer behind");
    }
}
