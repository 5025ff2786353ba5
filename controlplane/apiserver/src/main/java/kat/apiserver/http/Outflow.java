package kat.apiserver.http;

/// The body of an answer that is sent bit by bit.
///
/// Whoever produces faster than the client reads asks [#isWritable] and waits for the callback of
/// [#onWritable]; what is written without asking is kept in memory.
///
/// **Threads:** [#write], [#end] and [#abort] by any thread, one at a time.
public interface Outflow {

    boolean isWritable();

    /// Takes over the array.
    void write(byte[] part);

    void end();

    /// Breaks the answer off so that the client sees that it is not whole: a stream of HTTP/2 is
    /// reset, other connections are closed. Does nothing when the client has gone.
    void abort();

    /// Calls `callback` on the connection's thread each time the client has caught up.
    void onWritable(Runnable callback);

    /// Calls `callback`, after those given before, once, when the client has gone or the answer has
    /// ended; at once when that was so before.
    void onClosed(Runnable callback);

    boolean isClosed();
}
