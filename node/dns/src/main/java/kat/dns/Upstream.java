package kat.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/// Asks another DNS server.
///
/// **Threads:** any.
interface Upstream {

    /// Sends a message and waits for a message with the same identification.
    ///
    /// @param overTcp whether to ask over TCP
    /// @throws IOException when there is none in time
    byte[] exchange(byte[] message, InetSocketAddress server, boolean overTcp, Duration timeout)
            throws IOException;
}
