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

    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private final Turns turns = new Turns(ticker);
    private final AtomicBoolean ended = new AtomicBoolean();

    /// Whether the others had ended when the turn came.
    private FutureTask<Boolean> waiting() {
        FutureTask<Boolean> task =
                new FutureTask<>(
                        () -> {
                            turns.await(List.of("a", "b"), GRACE);
                            return ended.get();
                        });
        Thread.ofVirtual().start(task);
        return task;
    }

    @Test
    void aTurnComesWhenTheOthersHaveEnded() throws Exception {
        turns.begin("a");
        turns.begin("b");
        FutureTask<Boolean> turn = waiting();

        turns.ended("a");
        ended.set(true);
        turns.ended("b");

        assertTrue(turn.get(1, TimeUnit.MINUTES));
    }

    @Test
    void aTurnComesAtTheLatestWhenTheTimeIsOver() throws Exception {
        turns.begin("a");
        FutureTask<Boolean> turn = waiting();

        while (!turn.isDone()) {
            ticker.advance(GRACE);
            Thread.onSpinWait();
        }

        assertFalse(turn.get(1, TimeUnit.MINUTES));
    }
}
