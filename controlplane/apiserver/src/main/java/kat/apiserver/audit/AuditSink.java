package kat.apiserver.audit;

/// Where events go.
///
/// **Threads:** any.
public interface AuditSink extends AutoCloseable {

    /// @param line one event as JSON, with a newline at its end; never changed afterwards
    /// @return whether it was taken; what was not is lost, and counted by the caller
    boolean write(byte[] line);

    /// Writes what still waits.
    @Override
    void close();
}
