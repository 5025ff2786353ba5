package kat.cri;

import java.io.InputStream;
import java.io.OutputStream;

/// A session with a process in a container.
///
/// Streams that were not asked for are empty (reading) or refuse (writing). Both outputs must be
/// read or closed: what nobody reads holds the process back once the buffers are full.
///
/// **Threads:** each stream by one thread at a time, different streams by different threads.
public interface ContainerProcess extends AutoCloseable {

    /// Closing it is the end of file for the process.
    OutputStream stdin();

    InputStream stdout();

    InputStream stderr();

    /// Sets the size of the terminal in characters; without a terminal nothing happens.
    void resize(int width, int height);

    /// Waits for the end.
    ///
    /// @return the exit code; for an attached session 0 when the streams ended
    /// @throws ContainerRuntimeException when the command could not be run or the session broke
    int waitFor() throws InterruptedException;

    /// Ends the session at once. A process that was started by it may go on.
    @Override
    void close();
}
