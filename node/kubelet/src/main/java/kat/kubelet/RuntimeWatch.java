package kat.kubelet;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import kat.base.Ticker;
import kat.cri.ContainerRuntimeException;
import kat.cri.RuntimeEvent;
import kat.cri.RuntimeEvents;
import kat.kubelet.logs.LogRotation;
import kat.kubelet.settings.LogSettings;
import org.jspecify.annotations.Nullable;

/// Wakes the workers of pods in which something happened, and keeps their logs small.
///
/// **Threads:** any.
final class RuntimeWatch implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.kubelet");
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final PodServices services;
    private final Supplier<Collection<PodWorker>> all;
    private final Function<String, @Nullable PodWorker> byUid;
    private volatile boolean closed;
    private volatile @Nullable Thread thread;
    private volatile Ticker.@Nullable Scheduled rotation;

    RuntimeWatch(
            PodServices services,
            Supplier<Collection<PodWorker>> all,
            Function<String, @Nullable PodWorker> byUid) {
        this.services = services;
        this.all = all;
        this.byUid = byUid;
    }

    void start() {
        thread = Thread.ofVirtual().name("runtime events").start(this::run);
        scheduleRotation();
    }

    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
        Ticker.Scheduled timer = rotation;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void run() {
        try {
            while (!closed) {
                try (RuntimeEvents events = services.runtime().openEvents()) {
                    follow(events);
                } catch (ContainerRuntimeException e) {
                    LOG.log(Level.WARNING, "no runtime events error={0}", e.getMessage());
                    services.ticker().sleep(RETRY);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(RuntimeEvents events) throws InterruptedException {
        while (!closed) {
            Optional<RuntimeEvent> event = events.next(PATIENCE);
            if (event.isPresent()) {
                take(event.get());
            }
        }
    }

    private void take(RuntimeEvent event) {
        switch (event) {
            case RuntimeEvent.Resync _ -> all.get().forEach(PodWorker::wake);
            case RuntimeEvent.Exited(String id, _, _) -> wake(id);
            case RuntimeEvent.OutOfMemory(String id, _) -> wake(id);
            case RuntimeEvent.Created _, RuntimeEvent.Started _, RuntimeEvent.Deleted _ -> {}
        }
    }

    private void wake(String id) {
        PodWorker worker = byUid.apply(services.reader().podOf(id));
        if (worker != null) {
            worker.wake();
        }
    }

    private void scheduleRotation() {
        if (!closed) {
            rotation =
                    services.ticker()
                            .schedule(
                                    services.config().settings().logs().interval(),
                                    () -> {
                                        Thread unused =
                                                Thread.ofVirtual()
                                                        .name("log rotation")
                                                        .start(this::rotate);
                                    });
        }
    }

    private void rotate() {
        for (PodWorker worker : all.get()) {
            for (PodRuntime.Known known : worker.runtime().running()) {
                rotate(known);
            }
        }
        scheduleRotation();
    }

    private void rotate(PodRuntime.Known known) {
        try {
            LogSettings logs = services.config().settings().logs();
            Path log = Path.of(known.status().logPath());
            if (LogRotation.rotate(log, logs, services.now())) {
                services.runtime().reopenContainerLog(known.id());
            }
        } catch (IOException | ContainerRuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "log not rotated container={0} error={1}",
                    known.id(),
                    e.getMessage());
        }
    }
}
