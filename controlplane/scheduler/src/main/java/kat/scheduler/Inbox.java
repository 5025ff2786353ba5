package kat.scheduler;

import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import kat.base.Threads;
import org.jspecify.annotations.Nullable;

/// What the scheduler's loop is told and has not taken in yet.
///
/// Informers wait while there is no room. Errands never do: the loop waits for one to end
/// before it starts more than a number of them, so that waiting for room would be for ever.
///
/// **Threads:** any tells; the loop's takes.
final class Inbox {

    private final BlockingQueue<Message> seen;

    /// Bounded by the errands that are under way at once.
    private final Queue<Message> done = new ConcurrentLinkedQueue<>();

    private final Threads.Permits told; // whether there may be something

    /// @param room for what informers tell
    Inbox(Threads threads, int room) {
        this.seen = new LinkedBlockingQueue<>(room);
        this.told = threads.permits(0);
    }

    /// Takes in what was seen; waits until there is room.
    void tell(Message message) {
        try {
            seen.put(message);
            told.release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Takes in what became of an errand; never waits.
    void tellDone(Message message) {
        done.add(message);
        told.release();
    }

    /// The next message, what became of errands first; null when there is none.
    @Nullable Message poll() {
        Message first = done.poll();
        return first == null ? seen.poll() : first;
    }

    /// Waits until something may have come since.
    void await() throws InterruptedException {
        told.acquire();
        told.drain();
    }
}
