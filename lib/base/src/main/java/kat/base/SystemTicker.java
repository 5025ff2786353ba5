package kat.base;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The machine's clock, with one daemon thread that fires what is due and sleeps otherwise.
public final class SystemTicker implements Ticker {

    private final ScheduledThreadPoolExecutor timer;

    public SystemTicker() {
        timer =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name("kat-timer").daemon(true).factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        ScheduledFuture<?> future = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void sleep(Duration delay) throws InterruptedException {
        Thread.sleep(delay);
    }
}
