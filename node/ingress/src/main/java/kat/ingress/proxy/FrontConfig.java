package kat.ingress.proxy;

import java.time.Duration;

/// Limits of the data path.
///
/// @param loops event loops: 1 or more
/// @param idleClient how long a client's connection may be without a whole head of a request
/// @param idleServer how long a connection to a server is kept without a request
/// @param mostIdle connections kept for one server by one loop
/// @param mostConnections connections to one server by one loop
/// @param mostClients connections of clients; more are closed at once
public record FrontConfig(
        int loops,
        Duration idleClient,
        Duration idleServer,
        int mostIdle,
        int mostConnections,
        int mostClients) {

    private static final int MOST_LOOPS = 4;

    /// ingress-nginx's times; as many loops as there are processors, at most four.
    public static FrontConfig defaults(int processors) {
        return new FrontConfig(
                Math.clamp(processors, 1, MOST_LOOPS),
                Duration.ofSeconds(75),
                Duration.ofSeconds(60),
                320,
                4096,
                20_000);
    }
}
