package kat.base;

import java.time.Duration;

/// Starts threads and lets them wait for each other. [#virtual] gives the JDK's virtual threads; in
/// a simulation one thread runs at a time, in an order that a seed decides, so that a whole cluster
/// repeats. Whatever runs there must start its threads here and wait only for [Permits], for a
/// thread's end, or by [Ticker#sleep].
///
/// Threads and clock belong together, since a virtual clock moves on when all threads wait:
/// [Ticker#threads] gives the ones that live on a clock.
///
/// **Threads:** any.
public interface Threads {

    /// Starts `body` on a thread of its own.
    ///
    /// @param name for dumps and logs
    Running start(String name, Runnable body);

    /// @param count how many can be taken at once; may be 0
    Permits permits(int count);

    /// A thread that was started.
    interface Running {

        /// Makes it end what it waits for, now or next, with an [InterruptedException].
        void interrupt();

        /// Waits until it has ended.
        ///
        /// @throws InterruptedException when the caller is interrupted while it waits
        void join() throws InterruptedException;
    }

    /// A number of permits, which threads take, wait for and give back.
    interface Permits {

        /// Takes one; waits until there is one.
        ///
        /// @throws InterruptedException when the caller is interrupted while it waits
        void acquire() throws InterruptedException;

        /// Takes one if there is one before the time is over.
        ///
        /// @param timeout zero for not waiting
        /// @throws InterruptedException when the caller is interrupted while it waits
        boolean tryAcquire(Duration timeout) throws InterruptedException;

        /// Adds one, also when none was taken.
        void release();

        /// Takes all there are.
        void drain();
    }

    /// The JDK's virtual threads.
    static Threads virtual() {
        return VirtualThreads.INSTANCE;
    }
}
