package kat.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/// An open file of a [Disk].
public interface DiskFile extends AutoCloseable {

    long size() throws IOException;

    /// Fills `into` from `offset` on, or up to the end of the file.
    ///
    /// @return how many bytes were read
    int read(long offset, ByteBuffer into) throws IOException;

    /// Writes all of `from` at `offset`. When it fails, any part may have been written.
    void write(long offset, ByteBuffer from) throws IOException;

    /// Cuts the file off at `size`; does nothing when it is shorter.
    void truncate(long size) throws IOException;

    /// Makes the bytes and the size safe from a crash. When it fails, what was not yet forced may
    /// be on disk or not, and forcing again would not tell: it must be written anew elsewhere.
    void force() throws IOException;

    @Override
    void close() throws IOException;
}
