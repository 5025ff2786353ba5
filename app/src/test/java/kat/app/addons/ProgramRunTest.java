package kat.app.addons;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import kat.base.SystemTicker;
import kat.base.Ticker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProgramRunTest {

    private static final int TRIES = 12;

    @Test
    void waitsLongerAfterEachFailureUpToFiveMinutes() throws Exception {
        Sleeper sleeper = new Sleeper();
        List<String> told = new ArrayList<>();
        ProgramRun run =
                new ProgramRun(
                        "absent",
                        ProgramFolders.NONE,
                        _ -> {
                            throw new IllegalStateException("nothing is to be opened");
                        },
                        condition -> told.add(condition.why()),
                        sleeper);

        run.start();
        sleeper.done.await();
        run.close();

        assertEquals(
                List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L, 300L),
                sleeper.slept.stream().map(Duration::toSeconds).toList());
        assertEquals(
                "this KAT has no program for the add-on absent; next try in 1 s", told.getFirst());
    }

    /// Sleeps in no time until it was asked often enough, and then for ever.
    private static final class Sleeper implements Ticker {

        private final Ticker real = new SystemTicker();
        private final List<Duration> slept = new ArrayList<>();
        private final CountDownLatch done = new CountDownLatch(1);

        @Override
        public Instant now() {
            return real.now();
        }

        @Override
        public long nanos() {
            return real.nanos();
        }

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            return real.schedule(delay, task);
        }

        @Override
        public void sleep(Duration delay) throws InterruptedException {
            slept.add(delay);
            if (slept.size() == TRIES) {
                done.countDown();
                new CountDownLatch(1).await();
            }
        }
    }
}
