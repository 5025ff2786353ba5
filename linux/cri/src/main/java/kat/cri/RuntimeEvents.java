package kat.cri;

import java.time.Duration;
import java.util.Optional;

/// A subscription to what happens in the runtime. It connects again by itself after a break and
/// says so with [RuntimeEvent.Resync]; a reader that falls behind by more than
/// [#MAX_WAITING_EVENTS] loses what waits and gets a [RuntimeEvent.Resync] in its place.
///
/// **Threads:** one reader; [#close] from any thread.
public interface RuntimeEvents extends AutoCloseable {

    /// Events that may wait for the reader.
    int MAX_WAITING_EVENTS = 4096;

    /// Waits for the next event.
    ///
    /// @return empty when `timeout` passed or the subscription was closed
    Optional<RuntimeEvent> next(Duration timeout) throws InterruptedException;

    @Override
    void close();
}
