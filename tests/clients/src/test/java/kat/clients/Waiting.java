package kat.clients;

import java.time.Duration;
import kat.base.Deadline;
import kat.base.SystemTicker;
import kat.base.Ticker;

/// Waits for what no client can wait for.
public final class Waiting {

    private static final Ticker TICKER = new SystemTicker();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Waiting() {}

    /// Something that may hold later.
    public interface Condition {
        boolean holds() throws Exception;
    }

    /// @param what is waited for, for the message
    public static void until(String what, Condition condition) throws Exception {
        Deadline deadline = Deadline.in(PATIENCE, TICKER);
        while (!condition.holds()) {
            if (deadline.isOver(TICKER)) {
                throw new AssertionError("not within " + PATIENCE + ": " + what);
            }
            TICKER.sleep(PAUSE);
        }
    }
}
