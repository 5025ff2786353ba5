package kat.kubelet;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private final Turns turns = new Turns(ticker);
    private final AtomicBoolean ended = new AtomicBoolean();

    /// Whether the others had ended when the turn came; begun waiting if it has not come at once.
    private FutureTask<Boolean> waiting() {
        FutureTask<Boolean> task =
                new FutureTask<>(
                        () -> {
                            turns.await(List.of("a", "b"), GRACE);
                            return ended.get();
                        });
        Thread thread = Thread.ofPlatform().daemon().start(task);
        long begun = System.nanoTime();
        while (!task.isDone() && thread.getState() != Thread.State.WAITING) {
            assertTrue(System.nanoTime() - begun < PATIENCE_NANOS, "neither waits nor ends");
            Thread.onSpinWait();
        }
        return task;
    }

    private static boolean came(FutureTask<Boolean> turn) throws Exception {
        return turn.get(1, TimeUnit.MINUTES);
    }

    @Test
    void aTurnComesWhenAllOthersHaveEnded() throws Exception {
        turns.begin("a");
        turns.begin("b");
        FutureTask<Boolean> early = waiting();

        turns.ended("a");
        FutureTask<Boolean> late = waiting();

        assertFalse(late.isDone());
        assertFalse(early.isDone());
        ended.set(true);
        turns.ended("b");
        assertTrue(came(early));
        assertTrue(came(late));
    }

    @Test
    void whatIsSeenNotToRunHasEnded() throws Exception {
        turns.begin("a");
        turns.begin("b");

        turns.keepOnly(List.of("b", "c"));
        FutureTask<Boolean> turn = waiting();

        assertFalse(turn.isDone());
        ended.set(true);
        turns.keepOnly(List.of("c"));
        assertTrue(came(turn));
    }

    @Test
    void ofTwoStopsOfOneContainerTheFirstThatSucceedsEndsIt() throws Exception {
        turns.begin("a");
        turns.begin("a");
        FutureTask<Boolean> turn = waiting();

        assertFalse(turn.isDone());
        ended.set(true);
        turns.ended("a");

        assertTrue(came(turn));
    }

    @Test
    void aTurnComesAtTheLatestWhenTheTimeIsOver() throws Exception {
        turns.begin("a");
        FutureTask<Boolean> turn = waiting();

        ticker.advance(GRACE.minusMillis(1));
        FutureTask<Boolean> late = waiting();
        assertFalse(late.isDone());
        assertFalse(turn.isDone());
        ticker.advance(Duration.ofMillis(1));

        assertFalse(came(turn));
        assertFalse(late.isDone());
        turns.ended("a");
        assertFalse(came(late));
    }
}
