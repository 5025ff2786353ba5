package kat.dev.deploy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import kat.base.Ticker;
import kat.dev.config.DevException;
import kat.dev.process.Shell;

/// Tells when something may have happened to pods, by a `kubectl get --watch` for each
/// namespace: nobody asks for them in the meantime.
///
/// **Threads:** any.
public final class PodEvents implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Kubectl kubectl;
    private final Ticker ticker;
    private final Semaphore happened = new Semaphore(0);
    private final List<Thread> threads = new ArrayList<>();

    /// @param namespaces an empty name stands for that of the context
    public PodEvents(Kubectl kubectl, SequencedSet<String> namespaces, Ticker ticker) {
        this.kubectl = kubectl;
        this.ticker = ticker;
        for (String namespace : namespaces) {
            List<String> words = new ArrayList<>(List.of("get", "pods"));
            words.addAll(List.of("--watch-only", "-o", "name"));
            if (!namespace.isEmpty()) {
                words.addAll(List.of("-n", namespace));
            }
            threads.add(Thread.startVirtualThread(() -> follow(words)));
        }
    }

    /// Goes on until it is interrupted; what happened while nobody followed counts as one
    /// event.
    private void follow(List<String> words) {
        try {
            while (true) {
                try {
                    Process process = kubectl.start(words);
                    Thread reader =
                            Thread.startVirtualThread(
                                    () ->
                                            Shell.lines(
                                                    process.getInputStream(),
                                                    _ -> happened.release()));
                    try {
                        reader.join();
                    } finally {
                        process.destroy();
                    }
                } finally {
                    happened.release();
                }
                ticker.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (DevException noKubectl) {
            // Whoever waits asks by itself when its time is over, and is told then.
            return;
        }
    }

    /// Returns when something happened since the last call, or when the time is over.
    public void await(Duration most) throws InterruptedException {
        if (happened.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS)) {
            int unused = happened.drainPermits();
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
