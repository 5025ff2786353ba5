package kat.apiserver.http;

/// A connection that was taken over from HTTP.
///
/// **Threads:** any; [Receiver] is called on the connection's thread and must not block.
public interface RawConnection {

    /// Sends bytes. Takes over the array. Blocks while too much waits to be sent, so it must not
    /// be called on the connection's thread.
    ///
    /// @throws InterruptedException when interrupted while waiting
    void write(byte[] bytes) throws InterruptedException;

    /// Asks that no more be read until [#resume].
    void pause();

    void resume();

    void close();

    /// What gets the other side's bytes.
    interface Receiver {

        void received(byte[] bytes);

        void closed();
    }
}
