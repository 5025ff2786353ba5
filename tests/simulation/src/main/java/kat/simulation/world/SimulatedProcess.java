package kat.simulation.world;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kat.base.Threads;
import kat.base.Ticker;

/// Fibers that live and die together, with a wall clock of their own, which may be wrong.
///
/// **Threads:** as [World].
public final class SimulatedProcess implements Ticker, Threads {

    private final World world;
    private final String name;
    private final Set<Fiber> fibers = new LinkedHashSet<>();
    private Duration error = Duration.ZERO;
    private boolean isDead;

    SimulatedProcess(World world, String name) {
        this.world = world;
        this.name = name;
    }

    public String name() {
        return name;
    }

    public boolean isDead() {
        return isDead;
    }

    /// Sets how far the wall clock goes wrong from now on.
    public void setClockError(Duration error) {
        this.error = error;
    }

    /// Ends all its fibers where they wait, and drops its timers.
    public void kill() {
        if (!isDead) {
            isDead = true;
            world.kill(this, List.copyOf(fibers));
        }
    }

    void ended(Fiber fiber) {
        fibers.remove(fiber);
    }

    @Override
    public Instant now() {
        return world.now().plus(error);
    }

    @Override
    public long nanos() {
        return world.elapsed();
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        return world.schedule(this, delay, task);
    }

    @Override
    public void sleep(Duration delay) throws InterruptedException {
        boolean unused = permits(0).tryAcquire(delay);
    }

    @Override
    public Threads threads() {
        return this;
    }

    @Override
    public Running start(String fiberName, Runnable body) {
        Fiber fiber = new Fiber(world, this, fiberName, body);
        fibers.add(fiber);
        fiber.becomeReady();
        return fiber;
    }

    @Override
    public Permits permits(int count) {
        return new TurnPermits(world, this, count);
    }

    @Override
    public String toString() {
        return name;
    }
}
