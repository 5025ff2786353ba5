package kat.simulation.world;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import kat.base.Check;
import kat.base.Randomness;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Hands out turns: of the fibers that can run a seed chooses one, which then runs alone until it
/// waits. When all wait, the clock jumps to the next timer.
///
/// | who | runs |
/// |---|---|
/// | a fiber | on a virtual thread of its own, when it has the turn |
/// | a timer's task | in the loop, and must not wait |
///
/// **Threads:** [#runFor] and [#close] by one owner, who is no fiber; all the rest is
/// called by whoever has the turn.
public final class World implements AutoCloseable {

    /// A fiber that runs longer without waiting, in real time, waits for something that the world
    /// does not know of.
    private static final int STUCK_AFTER_SECONDS = 60;

    private final Randomness chance;
    private final Instant origin;
    private final List<Fiber> ready = new ArrayList<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(
                    Comparator.comparingLong(Timer::due).thenComparingLong(Timer::order));
    private final List<SimulatedProcess> processes = new ArrayList<>();
    private final Semaphore control = new Semaphore(0); // comes back when a fiber waits or ends
    private @Nullable Fiber current;
    private @Nullable Throwable failure;
    private long elapsed; // nanoseconds
    private long order; // of timers
    private long turns;

    /// A task that waits for its time.
    record Timer(long due, long order, SimulatedProcess process, Runnable task) {}

    /// @param chance decides whose turn it is
    /// @param origin what the clock shows at first
    public World(Randomness chance, Instant origin) {
        this.chance = chance;
        this.origin = origin;
    }

    /// A group of fibers with a clock, which live and die together.
    public SimulatedProcess process(String name) {
        SimulatedProcess process = new SimulatedProcess(this, name);
        processes.add(process);
        return process;
    }

    /// What the clock shows that is never wrong.
    public Instant now() {
        return origin.plusNanos(elapsed);
    }

    /// How often a fiber had its turn so far.
    public long turns() {
        return turns;
    }

    long elapsed() {
        return elapsed;
    }

    /// Lets everything happen that happens in `span`.
    ///
    /// @throws FiberFailed when a fiber ended with an exception, or does not wait
    public void runFor(Duration span) {
        long end = elapsed + span.toNanos();
        while (true) {
            if (!ready.isEmpty()) {
                giveTurn(ready.remove(chance.nextInt(ready.size())));
                continue;
            }
            Timer next = timers.peek();
            if (next == null || next.due() > end) {
                elapsed = end;
                return;
            }
            timers.remove();
            elapsed = Math.max(elapsed, next.due());
            next.task().run();
        }
    }

    Ticker.Scheduled schedule(SimulatedProcess process, Duration delay, Runnable task) {
        Timer timer = new Timer(elapsed + delay.toNanos(), order++, process, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    void add(Fiber fiber) {
        ready.add(fiber);
    }

    /// The fiber that has the turn.
    Fiber current() {
        return Check.notNull(current, "the loop cannot wait; start a fiber");
    }

    private void giveTurn(Fiber fiber) {
        turns++;
        current = fiber;
        fiber.go();
        boolean waits;
        try {
            waits = control.tryAcquire(STUCK_AFTER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FiberFailed("interrupted while " + fiber + " had the turn", e);
        }
        current = null;
        if (!waits) {
            throw fiber.stuck();
        }
        Throwable thrown = failure;
        if (thrown != null) {
            failure = null;
            throw new FiberFailed(fiber + " failed: " + thrown, thrown);
        }
    }

    /// Gives the turn back to the loop. For the fiber that has it.
    void turnOver() {
        control.release();
    }

    /// Remembers why the fiber that has the turn ends.
    void failed(Throwable thrown) {
        failure = thrown;
    }

    /// Ends fibers at once: each that waits meets [Killed] there.
    void kill(SimulatedProcess process, List<Fiber> fibers) {
        ready.removeAll(fibers);
        timers.removeIf(timer -> timer.process() == process);
        Fiber killer = current;
        for (Fiber fiber : fibers) {
            if (fiber != killer && fiber.hasBegun()) {
                giveTurn(fiber);
            }
        }
        current = killer;
        processes.remove(process);
    }

    /// Ends every process.
    @Override
    public void close() {
        for (SimulatedProcess process : List.copyOf(processes)) {
            process.kill();
        }
    }
}
