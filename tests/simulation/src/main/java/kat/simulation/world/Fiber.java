package kat.simulation.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import kat.base.Threads;
import org.jspecify.annotations.Nullable;

/// A thread of a [World].
final class Fiber implements Threads.Running {

    private final World world;
    private final SimulatedProcess process;
    private final String name;
    private final Thread thread;
    private final Semaphore turn = new Semaphore(0);
    private final List<Wait> joining = new ArrayList<>();
    private @Nullable Wait wait; // null while it does not wait
    private boolean hasBegun;
    private boolean hasEnded;
    private boolean isInterrupted;

    Fiber(World world, SimulatedProcess process, String name, Runnable body) {
        this.world = world;
        this.process = process;
        this.name = name;
        this.thread = Thread.ofVirtual().name(name).unstarted(() -> run(body));
    }

    private void run(Runnable body) {
        turn.acquireUninterruptibly();
        try {
            body.run();
        } catch (Killed _) {
            // Nothing is left to be done.
        } catch (Throwable thrown) {
            if (!process.isDead()) {
                world.failed(thrown);
            }
        } finally {
            hasEnded = true;
            process.ended(this);
            joining.forEach(each -> each.end(true));
            world.turnOver();
        }
    }

    /// Gives it the turn.
    void go() {
        if (!hasBegun) {
            hasBegun = true;
            thread.start();
        }
        turn.release();
    }

    boolean hasBegun() {
        return hasBegun && !hasEnded;
    }

    /// Waits until `wait` ends. For the fiber itself.
    ///
    /// @return whether it ended because what was waited for came
    /// @throws InterruptedException when the fiber was interrupted before or meanwhile
    boolean await(Wait begun) throws InterruptedException {
        requireAlive();
        if (Thread.interrupted() || isInterrupted) {
            isInterrupted = false;
            begun.give();
            throw new InterruptedException();
        }
        wait = begun;
        world.turnOver();
        turn.acquireUninterruptibly();
        wait = null;
        requireAlive();
        if (isInterrupted && !begun.hasCome()) {
            isInterrupted = false;
            throw new InterruptedException();
        }
        return begun.hasCome();
    }

    private void requireAlive() {
        if (process.isDead()) {
            throw new Killed();
        }
    }

    void becomeReady() {
        if (!process.isDead()) {
            world.add(this);
        }
    }

    @Override
    public void interrupt() {
        if (hasEnded) {
            return;
        }
        isInterrupted = true;
        Wait present = wait;
        if (present != null) {
            present.end(false);
        }
    }

    @Override
    public void join() throws InterruptedException {
        while (!hasEnded) {
            Wait end = new Wait(world.current());
            joining.add(end);
            world.current().await(end);
        }
    }

    FiberFailed stuck() {
        String where =
                String.join(
                        "\n    ",
                        Arrays.stream(thread.getStackTrace()).map(Object::toString).toList());
        return new FiberFailed(this + " does not give its turn back:\n    " + where, null);
    }

    @Override
    public String toString() {
        return process.name() + "/" + name;
    }
}
