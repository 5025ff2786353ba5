package kat.apiserver.http;

import java.util.concurrent.atomic.AtomicInteger;

/// What was handed over for a connection and has not reached it yet. The connection itself tells
/// when the client is slow; this tells when the connection's own thread is, so that a producer on
/// another thread never runs ahead of both.
///
/// **Threads:** any.
final class Backlog {

    /// More than this makes a producer wait.
    static final int MOST_BYTES = 256 << 10;

    /// What a part costs besides its bytes, so that empty parts count too.
    private static final int PART_BYTES = 64;

    private final AtomicInteger waiting = new AtomicInteger();

    boolean isFull() {
        return waiting.get() > MOST_BYTES;
    }

    void add(byte[] part) {
        waiting.addAndGet(part.length + PART_BYTES);
    }

    /// @return whether there is room again where there was none before
    boolean remove(byte[] part) {
        int cost = part.length + PART_BYTES;
        int left = waiting.addAndGet(-cost);
        return left <= MOST_BYTES && left + cost > MOST_BYTES;
    }
}
