package kat.logging.program;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.LongSupplier;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.logging.store.LineStore;

/// Seals and drops segments, beside the intake.
///
/// It looks after the store from time to time, and at once when somebody finds it full: a flood
/// neither goes beyond the size until the next round, nor waits for it.
///
/// **Threads:** one owner in [#run]; [#hasRoom] by any.
final class Upkeep {

    private static final Logger LOG = System.getLogger("kat.logging");
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final LineStore store;
    private final LongSupplier needed;
    private final Ticker ticker;
    private final Object lock = new Object();
    private long begun; // rounds; guarded by lock
    private long done; // rounds; guarded by lock
    private boolean wanted; // whether a round is asked for; guarded by lock
    private String said = "";

    /// @param needed lines from this sequence on are not dropped
    Upkeep(LineStore store, LongSupplier needed, Ticker ticker) {
        this.store = store;
        this.needed = needed;
        this.ticker = ticker;
    }

    /// Whether the store takes more; when it is full, after a round that may drop what is old.
    /// False also when the round takes too long, or the caller is interrupted.
    boolean hasRoom() {
        return store.hasRoom() || (awaitRound() && store.hasRoom());
    }

    /// Waits for a round that begins from now on.
    ///
    /// @return whether it is over
    private boolean awaitRound() {
        Deadline deadline = Deadline.in(EVERY, ticker);
        synchronized (lock) {
            long goal = begun + 1;
            wanted = true;
            lock.notifyAll();
            try {
                while (done < goal && !deadline.isOver(ticker)) {
                    lock.wait(Math.max(1, deadline.remaining(ticker).toMillis()));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return done >= goal;
        }
    }

    /// Runs until it is interrupted.
    void run() {
        try {
            while (true) {
                synchronized (lock) {
                    begun++;
                    wanted = false;
                }
                once();
                rest();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /// Until the next round.
    private void rest() throws InterruptedException {
        Deadline deadline = Deadline.in(EVERY, ticker);
        synchronized (lock) {
            done = begun;
            lock.notifyAll();
            while (!wanted && !deadline.isOver(ticker)) {
                lock.wait(Math.max(1, deadline.remaining(ticker).toMillis()));
            }
        }
    }

    private void once() {
        String fault = "";
        try {
            boolean unused = store.maintain(ticker.now(), needed.getAsLong());
        } catch (IOException e) {
            fault = e.toString();
        }
        if (!fault.isEmpty() && !fault.equals(said)) {
            LOG.log(Level.WARNING, "lines not sealed, tried again error={0}", fault);
        }
        said = fault;
    }
}
