package kat.base;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class WatermarkTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final Watermark mark = new Watermark(Threads.virtual());

    @Test
    void letsThroughWhoWaitsForWhatIsReached() throws Exception {
        FutureTask<Boolean> waiting = new FutureTask<>(() -> mark.await(5, LONG));
        Threads.Running thread = Threads.virtual().start("waits", waiting);

        mark.raise(4);
        mark.raise(7);

        thread.join();
        assertTrue(waiting.get());
    }

    @Test
    void beginsBelowZero() throws Exception {
        assertFalse(mark.await(0, Duration.ZERO));

        mark.raise(0);

        assertTrue(mark.await(0, Duration.ZERO));
    }

    @Test
    void letsEverybodyGoWhenClosed() throws Exception {
        FutureTask<Boolean> waiting = new FutureTask<>(() -> mark.await(5, LONG));
        Threads.Running thread = Threads.virtual().start("waits", waiting);

        mark.close();

        thread.join();
        assertFalse(waiting.get());
    }
}
