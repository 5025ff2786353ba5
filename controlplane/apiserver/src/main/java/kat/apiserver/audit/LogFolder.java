package kat.apiserver.audit;

import java.io.IOException;
import java.util.List;

/// The folder of an audit log, as far as the log needs it.
///
/// **Threads:** one at a time.
interface LogFolder {

    /// Opens a file to write at its end, readable by its owner only when it is made.
    Appender append(String name) throws IOException;

    /// The names of all files.
    List<String> names() throws IOException;

    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    /// A file that grows.
    interface Appender extends AutoCloseable {

        /// In bytes.
        long size() throws IOException;

        /// Writes all of it, or fails.
        void write(byte[] bytes) throws IOException;

        @Override
        void close() throws IOException;
    }
}
