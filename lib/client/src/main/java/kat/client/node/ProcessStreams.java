package kat.client.node;

import java.io.InputStream;
import java.io.OutputStream;

/// A process that runs in a container, or the container's own, with its streams.
///
/// **Threads:** each stream by one thread of its own; the other methods by any.
public interface ProcessStreams extends AutoCloseable {

    /// To the process; closing it ends its input. Swallows everything when no input was asked for.
    OutputStream stdin();

    /// From the process; ends with it. At its end at once when no output was asked for.
    InputStream stdout();

    /// As [#stdout]; empty for a process with a terminal.
    InputStream stderr();

    /// Tells the terminal's new size; does nothing without a terminal.
    void resize(int columns, int rows);

    /// Waits until the process has ended.
    ///
    /// @throws kat.api.StatusException when it could not be run; the message is for people
    /// @throws InterruptedException when the caller is interrupted
    Exit await() throws InterruptedException;

    /// How a process ended.
    ///
    /// @param code 0 for success
    record Exit(int code) {}

    /// Lets go of the streams; what was started by exec is ended.
    @Override
    void close();
}
