package kat.apiserver.http;

/// What answers requests.
///
/// **Threads:** called on an event loop, which serves many connections: it must not block. Work
/// that may block goes to a virtual thread, and answers from there.
public interface Handler {

    void handle(Exchange exchange);
}
