package kat.simulation.world;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import kat.base.Threads;
import kat.base.Ticker;

/// Permits for which fibers wait in the order in which they came.
final class TurnPermits implements Threads.Permits {

    private final World world;
    private final SimulatedProcess process;
    private final Queue<Wait> waiting = new ArrayDeque<>();
    private int count;

    TurnPermits(World world, SimulatedProcess process, int count) {
        this.world = world;
        this.process = process;
        this.count = count;
    }

    @Override
    public void acquire() throws InterruptedException {
        if (count > 0) {
            count--;
            return;
        }
        Wait wait = new Wait(world.current());
        waiting.add(wait);
        boolean unused = world.current().await(wait);
    }

    @Override
    public boolean tryAcquire(Duration timeout) throws InterruptedException {
        if (count > 0) {
            count--;
            return true;
        }
        if (timeout.isZero()) {
            return false;
        }
        Wait wait = new Wait(world.current());
        waiting.add(wait);
        Ticker.Scheduled end = world.schedule(process, timeout, () -> wait.end(false));
        try {
            return world.current().await(wait);
        } finally {
            end.cancel();
            waiting.remove(wait);
        }
    }

    @Override
    public void release() {
        for (Wait next = waiting.poll(); next != null; next = waiting.poll()) {
            if (next.end(true)) {
                return;
            }
        }
        count++;
    }

    @Override
    public void drain() {
        count = 0;
    }
}
