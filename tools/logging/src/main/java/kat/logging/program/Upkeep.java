package kat.logging.program;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.LongSupplier;
import kat.base.Ticker;
import kat.logging.store.LineStore;

/// Seals and drops segments, beside the intake.
///
/// **Threads:** one owner in [#run]; [#hasRoom] by any.
final class Upkeep {

    private static final Logger LOG = System.getLogger("kat.logging");
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final LineStore store;
    private final LongSupplier needed;
    private final Ticker ticker;
    private volatile boolean room = true;
    private String said = "";

    /// @param needed lines from this sequence on are not dropped
    Upkeep(LineStore store, LongSupplier needed, Ticker ticker) {
        this.store = store;
        this.needed = needed;
        this.ticker = ticker;
    }

    boolean hasRoom() {
        return room;
    }

    /// Runs until it is interrupted.
    void run() {
        try {
            while (true) {
                once();
                ticker.sleep(EVERY);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void once() {
        String fault = "";
        try {
            boolean unused = store.maintain(ticker.now(), needed.getAsLong());
        } catch (IOException e) {
            fault = e.toString();
        }
        room = store.hasRoom();
        if (!fault.isEmpty() && !fault.equals(said)) {
            LOG.log(Level.WARNING, "lines not sealed, tried again error={0}", fault);
        }
        said = fault;
    }
}
