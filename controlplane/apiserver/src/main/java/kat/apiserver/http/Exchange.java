package kat.apiserver.http;

/// A request and the way to answer it, once: [#send], [#stream] or [#upgrade].
///
/// **Threads:** the answer may be given by any thread.
public interface Exchange {

    Request request();

    /// Sends a complete answer. Does nothing when the client has gone.
    void send(Answer answer);

    /// Sends the head of an answer whose end is not known yet.
    ///
    /// @param head its body is the first part
    Outflow stream(Answer head);

    /// Runs `task` on the connection's own thread soon; tasks of one connection share a flush.
    void later(Runnable task);

    /// Whether the connection can be taken over ([#upgrade]): HTTP/1.1 only.
    boolean canUpgrade();

    /// Takes the connection over after a `101 Switching Protocols` with these headers; from then
    /// on bytes go to `receiver`.
    ///
    /// @param head code, headers; no body
    RawConnection upgrade(Answer head, RawConnection.Receiver receiver);
}
