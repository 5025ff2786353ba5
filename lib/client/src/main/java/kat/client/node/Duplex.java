package kat.client.node;

import java.io.InputStream;
import java.io.OutputStream;

/// A connection to a port of a pod.
///
/// **Threads:** one reader, one writer; [#close] by any.
public interface Duplex extends AutoCloseable {

    InputStream input();

    /// Closing it tells the other side that no more comes.
    OutputStream output();

    @Override
    void close();
}
