package kat.dev.deploy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
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
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Kubectl kubectl;
    private final Ticker ticker;
    private final Semaphore happened = new Semaphore(0);
    private final List<Thread> threads = new ArrayList<>();

    /// The programs that run now; guarded by itself, as is whether more may come.
    private final Set<Process> running = new HashSet<>();

    private boolean isClosed;

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
                    Process process = kept(kubectl.start(words));
                    Thread reader =
                            Thread.startVirtualThread(
                                    () ->
                                            Shell.lines(
                                                    process.getInputStream(),
                                                    _ -> happened.release()));
                    try {
                        reader.join();
                    } finally {
                        end(process);
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

    private Process kept(Process process) {
        synchronized (running) {
            if (isClosed) {
                process.destroy();
            } else {
                running.add(process);
            }
        }
        return process;
    }

    private void end(Process process) {
        process.destroy();
        synchronized (running) {
            running.remove(process);
        }
    }

    /// Returns when something happened since the last call, or when the time is over.
    public void await(Duration most) throws InterruptedException {
        if (happened.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS)) {
            int unused = happened.drainPermits();
        }
    }

    /// All its programs were told to end when it returns, for nobody does once this process
    /// has ended.
    @Override
    public void close() {
        synchronized (running) {
            isClosed = true;
            running.forEach(Process::destroy);
        }
        threads.forEach(Thread::interrupt);
        boolean wasInterrupted = Thread.interrupted();
        for (Thread thread : threads) {
            try {
                // It may be about to start one.
                boolean unused = thread.join(PATIENCE);
            } catch (InterruptedException e) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
