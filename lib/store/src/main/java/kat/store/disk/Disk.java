package kat.store.disk;

import java.io.IOException;
import java.util.List;

/// A flat folder of files that one process owns.
///
/// What is written or named is safe from a crash only once it was forced: bytes by
/// [DiskFile#force], names by [#forceNames]. A crash may keep any part of what was not, by sectors
/// of 512 bytes, each of which is either old or new.
///
/// **Threads:** names by any thread, each file by one at a time.
public interface Disk {

    /// Takes the folder for this process, making it if it is missing.
    ///
    /// @return gives the folder back when closed
    /// @throws IOException when another store has it
    Claim claim() throws IOException;

    /// The names of all files, sorted.
    List<String> list() throws IOException;

    /// An empty file that only its owner can read.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException when there is one
    DiskFile create(String name) throws IOException;

    /// A file for reading and writing.
    DiskFile open(String name) throws IOException;

    /// Gives a file another name at once; what had that name is gone.
    void rename(String from, String to) throws IOException;

    /// Harmless when there is none.
    void delete(String name) throws IOException;

    /// Makes all names safe from a crash.
    void forceNames() throws IOException;

    /// A name for messages: where the file lies.
    String describe(String name);

    /// A folder taken.
    interface Claim extends AutoCloseable {
        @Override
        void close() throws IOException;
    }
}
