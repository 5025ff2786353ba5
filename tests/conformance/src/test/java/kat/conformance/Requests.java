package kat.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Asks addresses again and again, each on a thread of its own, and notes what fails.
final class Requests implements AutoCloseable {

    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger count = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    Requests(List<String> addresses) {
        for (String address : addresses) {
            threads.add(Thread.ofVirtual().name("ask " + address).start(() -> ask(address)));
        }
    }

    private void ask(String address) {
        try {
            while (!ended.get()) {
                try {
                    Http.get(address);
                } catch (IOException e) {
                    failures.add(address + ": " + e);
                }
                count.incrementAndGet();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int count() {
        return count.get();
    }

    /// Stops asking.
    ///
    /// @return what failed
    List<String> end() throws InterruptedException {
        ended.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        ended.set(true);
        threads.forEach(Thread::interrupt);
    }
}
