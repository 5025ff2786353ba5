package kat.base;

import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Tasks on threads of their own that live and die together: the first failure cancels the others,
/// and [#close] returns only when every task has ended. It has the shape of `StructuredTaskScope`
/// (JEP 505, preview in Java 25) and gives way to it once that is final.
///
/// ```java
/// try (TaskGroup group = new TaskGroup("release")) {
///     group.fork(() -> stop(first));
///     group.fork(() -> stop(second));
///     group.join();
/// }
/// ```
///
/// **Threads:** [#fork] may be called by any thread, [#join] and [#close] by the owner.
public final class TaskGroup implements AutoCloseable {

    private final String name;
    private final Threads threads;
    private final ConcurrentLinkedQueue<Member> members = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean cancelled;

    private record Member(Threads.Running thread, FutureTask<?> task) {}

    /// @param name names the threads, for dumps and logs
    public TaskGroup(String name) {
        this(name, Threads.virtual());
    }

    /// @param threads start the tasks
    public TaskGroup(String name, Threads threads) {
        this.name = name;
        this.threads = threads;
    }

    /// Starts `task` on a thread of its own.
    ///
    /// @throws IllegalStateException when the group was cancelled or closed
    public <T> FutureTask<T> fork(Callable<T> task) {
        Check.state(!cancelled, "task group " + name + " takes no more tasks");
        FutureTask<T> future = new Watched<>(task);
        Member member = new Member(threads.start(name, future), future);
        members.add(member);
        if (cancelled) {
            cancel(member);
        }
        return future;
    }

    /// Waits for every task.
    ///
    /// @throws ExecutionException when a task failed; its cause is the first failure
    /// @throws InterruptedException when the caller is interrupted while it waits
    public void join() throws ExecutionException, InterruptedException {
        for (Member member : members) {
            member.thread().join();
        }
        Throwable first = failure.get();
        if (first != null) {
            throw new ExecutionException(name + ": " + first.getMessage(), first);
        }
    }

    /// Interrupts every task that still runs and refuses new ones.
    public void cancel() {
        cancelled = true;
        for (Member member : members) {
            cancel(member);
        }
    }

    private static void cancel(Member member) {
        if (member.task().cancel(false)) {
            member.thread().interrupt();
        }
    }

    /// Cancels what still runs and waits until all have ended, however long that takes.
    @Override
    public void close() {
        cancel();
        boolean interrupted = false;
        for (Member member : members) {
            boolean ended = false;
            while (!ended) {
                try {
                    member.thread().join();
                    ended = true;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Watched<T> extends FutureTask<T> {

        Watched(Callable<T> task) {
            super(task);
        }

        @Override
        protected void setException(Throwable thrown) {
            super.setException(thrown);
            if (failure.compareAndSet(null, thrown)) {
                TaskGroup.this.cancel();
            }
        }
    }
}
