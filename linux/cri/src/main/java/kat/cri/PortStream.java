package kat.cri;

import java.io.InputStream;
import java.io.OutputStream;

/// A connection to a port inside a pod.
///
/// **Threads:** one thread reads while another writes.
public interface PortStream extends AutoCloseable {

    InputStream input();

    /// Closing it tells the other side that nothing more comes.
    OutputStream output();

    @Override
    void close();
}
