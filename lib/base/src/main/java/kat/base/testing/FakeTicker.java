package kat.base.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// A clock that stands still until [#advance] moves it. Tasks that fall due run in the thread that
/// advances, in order of their time and then of their scheduling.
public final class FakeTicker implements Ticker {

    private final Object lock = new Object();
    private final PriorityQueue<Task> tasks = // guarded by lock
            new PriorityQueue<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::order));
    private final Instant origin;
    private long elapsed; // guarded by lock
    private long scheduled; // guarded by lock

    private record Task(long due, long order, Runnable body) {}

    public FakeTicker(Instant origin) {
        this.origin = origin;
    }

    @Override
    public Instant now() {
        return origin.plusNanos(nanos());
    }

    @Override
    public long nanos() {
        synchronized (lock) {
            return elapsed;
        }
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable body) {
        synchronized (lock) {
            Task task = new Task(elapsed + delay.toNanos(), scheduled++, body);
            tasks.add(task);
            return () -> {
                synchronized (lock) {
                    return tasks.remove(task);
                }
            };
        }
    }

    @Override
    public Scheduled scheduleAt(Instant time, Runnable body) {
        synchronized (lock) {
            return Ticker.super.scheduleAt(time, body);
        }
    }

    @Override
    public void sleep(Duration delay) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        Scheduled wake = schedule(delay, over::countDown);
        try {
            over.await();
        } finally {
            wake.cancel();
        }
    }

    /// Moves the clock on by `step`, running each task at its own time.
    public void advance(Duration step) {
        long target = nanos() + step.toNanos();
        for (Task due = takeDue(target); due != null; due = takeDue(target)) {
            due.body().run();
        }
        synchronized (lock) {
            elapsed = target;
        }
    }

    /// How long until the next task falls due; null when none waits.
    public @Nullable Duration untilNext() {
        synchronized (lock) {
            Task next = tasks.peek();
            return next == null ? null : Duration.ofNanos(Math.max(0, next.due() - elapsed));
        }
    }

    private @Nullable Task takeDue(long target) {
        synchronized (lock) {
            Task next = tasks.peek();
            if (next == null || next.due() > target) {
                return null;
            }
            tasks.remove();
            elapsed = Math.max(elapsed, next.due());
            return next;
        }
    }
}
