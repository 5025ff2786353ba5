package kat.base;

import java.time.Duration;
import java.time.Instant;

/// The only source of time: what it is now, and a call back later.
///
/// [SystemTicker] is the real one; `kat.base.testing.FakeTicker` is moved by hand.
///
/// **Threads:** all methods may be called from any thread. Tasks run on a thread of the ticker's
/// choosing and must be short: enqueue a key, unpark a thread, start a virtual thread.
public interface Ticker {

    /// The wall clock, for what is written into objects.
    Instant now();

    /// Nanoseconds since an arbitrary origin; never goes back. For measuring and deadlines.
    long nanos();

    /// Runs `task` once, no earlier than `delay` from now.
    ///
    /// @param delay zero or more; zero means as soon as possible, never in the calling thread
    Scheduled schedule(Duration delay, Runnable task);

    /// Runs `task` once, no earlier than `time`; at once when that is past. Unlike a delay computed
    /// by the caller this cannot come too late because the clock moved on in between.
    default Scheduled scheduleAt(Instant time, Runnable task) {
        Duration delay = Duration.between(now(), time);
        return schedule(delay.isNegative() ? Duration.ZERO : delay, task);
    }

    /// Blocks the calling thread for `delay`.
    ///
    /// @throws InterruptedException when the thread is interrupted while it waits
    void sleep(Duration delay) throws InterruptedException;

    /// The threads that live on this clock: a virtual clock moves on when all of them wait.
    default Threads threads() {
        return Threads.virtual();
    }

    /// A task that waits for its time.
    interface Scheduled {
        /// Takes the task back.
        ///
        /// @return whether it had not yet begun to run
        boolean cancel();
    }
}
