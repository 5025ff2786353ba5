package kat.ingress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Finds addresses of names, and knows which are of this machine.
///
/// **Threads:** any; both methods may block.
interface Resolver {

    /// @throws UnknownHostException when the name has no address, or nobody could say
    List<InetAddress> resolve(String name) throws UnknownHostException;

    /// Whether it leads to this machine, or to what only this machine reaches.
    boolean isOfNode(InetAddress address);
}
