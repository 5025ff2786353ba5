package kat.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An open watch.
///
/// **Threads:** one reader; [#close] from any thread wakes it.
public interface WatchStream extends AutoCloseable {

    /// The next message; null when none came in time or the stream was closed.
    ///
    /// @throws InterruptedException when the reader is interrupted
    @Nullable WatchEvent next(Duration timeout) throws InterruptedException;

    /// Whether the stream has ended: after [WatchEvent.Failed], [#close], or a lost connection.
    boolean isOver();

    @Override
    void close();
}
