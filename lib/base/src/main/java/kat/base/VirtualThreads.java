package kat.base;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The JDK's virtual threads.
enum VirtualThreads implements Threads {
    INSTANCE;

    @Override
    public Running start(String name, Runnable body) {
        Thread thread = Thread.ofVirtual().name(name).start(body);
        return new Running() {
            @Override
            public void interrupt() {
                thread.interrupt();
            }

            @Override
            public void join() throws InterruptedException {
                thread.join();
            }
        };
    }

    @Override
    public Permits permits(int count) {
        Semaphore semaphore = new Semaphore(count);
        return new Permits() {
            @Override
            public void acquire() throws InterruptedException {
                semaphore.acquire();
            }

            @Override
            public boolean tryAcquire(Duration timeout) throws InterruptedException {
                return semaphore.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
            }

            @Override
            public void release() {
                semaphore.release();
            }

            @Override
            public void drain() {
                semaphore.drainPermits();
            }
        };
    }
}
