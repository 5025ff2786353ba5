package kat.cri.testing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kat.cri.RuntimeEvent;
import kat.cri.RuntimeEvents;

/// One subscription to a fake runtime.
final class FakeEvents implements RuntimeEvents {

    private final BlockingQueue<RuntimeEvent> waiting =
            new LinkedBlockingQueue<>(MAX_WAITING_EVENTS);
    private final Consumer<FakeEvents> onClose;
    private volatile boolean closed;

    FakeEvents(Consumer<FakeEvents> onClose) {
        this.onClose = onClose;
    }

    void offer(RuntimeEvent event) {
        if (!waiting.offer(event)) {
            waiting.clear();
            var _ = waiting.offer(new RuntimeEvent.Resync(event.at()));
        }
    }

    @Override
    public Optional<RuntimeEvent> next(Duration timeout) throws InterruptedException {
        RuntimeEvent event = waiting.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        return closed ? Optional.empty() : Optional.ofNullable(event);
    }

    @Override
    public void close() {
        closed = true;
        onClose.accept(this);
    }
}
