package kat.apiserver.pace;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// A request's leave to compute. Who is about to wait for something else (a disk, another server)
/// gives it back before, so that it is never held by one who does not compute.
///
/// **Threads:** any.
public final class Turn {

    /// After how many entries of a long loop others get the processor.
    private static final int ENTRIES = 64;

    private static final ScopedValue<Turn> CURRENT = ScopedValue.newInstance();

    private final Lane lane;
    private final Consumer<Turn> task;
    private final AtomicBoolean over = new AtomicBoolean();

    Turn(Lane lane, Consumer<Turn> task) {
        this.lane = lane;
        this.task = task;
    }

    void begin() {
        task.accept(this);
    }

    /// Runs work in this turn, on this thread.
    public void during(Runnable work) {
        ScopedValue.where(CURRENT, this).run(work);
    }

    /// Gives the turn back; harmless when repeated.
    public void end() {
        if (over.compareAndSet(false, true)) {
            lane.leave();
        }
    }

    /// Gives back the turn that this thread works in, if any: it is about to wait.
    public static void waits() {
        if (CURRENT.isBound()) {
            CURRENT.get().end();
        }
    }

    /// Lets others run now and then: for loops over many entries. Does nothing on a thread of the
    /// operating system, which is not kept by one that loops.
    ///
    /// @param done how many entries were worked on
    @SuppressWarnings("ThreadPriorityCheck") // virtual threads have no other way to take turns
    public static void loops(int done) {
        if (done % ENTRIES == ENTRIES - 1 && Thread.currentThread().isVirtual()) {
            Thread.yield();
        }
    }
}
