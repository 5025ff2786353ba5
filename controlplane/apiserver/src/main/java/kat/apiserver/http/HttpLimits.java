package kat.apiserver.http;

import java.time.Duration;

/// What a client may neglect or hoard before its connection, or its request, is ended.
///
/// @param handshake how long TLS may take
/// @param preface how long the first words of HTTP/2 may take after that
/// @param head how long the head of a request of HTTP/1.1 may take from its first byte
/// @param idle how long a connection may be without a request
/// @param body how long the body of a request may take
/// @param answer how long a client may take an answer that is no stream
/// @param look how often a connection of HTTP/2 looks for what is overdue; times of HTTP/2 are
///     multiples of it
/// @param connections more of them are not accepted; from three quarters of them on, one that is
///     without a request goes at the next look
/// @param unfinishedBytes of bodies that have not come in whole, over all connections; beyond them
///     the connection that holds most is closed
///
/// **Source:** the times of `apiserver/pkg/server/secure_serving.go` and of Go's `net/http`.
public record HttpLimits(
        Duration handshake,
        Duration preface,
        Duration head,
        Duration idle,
        Duration body,
        Duration answer,
        Duration look,
        int connections,
        long unfinishedBytes) {

    public static final HttpLimits DEFAULT =
            new HttpLimits(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(32),
                    Duration.ofSeconds(90),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5),
                    10_000,
                    64L << 20);

    /// How many looks a time lasts, at least one.
    int looks(Duration time) {
        return Math.toIntExact(Math.max(1, time.dividedBy(look)));
    }
}
