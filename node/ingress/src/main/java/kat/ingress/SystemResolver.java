package kat.ingress;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;

/// Resolves names as this machine does (`/etc/hosts`, `/etc/resolv.conf`).
final class SystemResolver implements Resolver {

    @Override
    public List<InetAddress> resolve(String name) throws UnknownHostException {
        return List.of(InetAddress.getAllByName(name));
    }

    /// Ingress shares the node's network: loopback, link-local addresses (also services of
    /// clouds) and the node's own lead to what others must not reach by it. So do all where
    /// nobody can say.
    @Override
    public boolean isOfNode(InetAddress address) {
        boolean isSpecial =
                address.isLoopbackAddress()
                        || address.isLinkLocalAddress()
                        || address.isAnyLocalAddress()
                        || address.isMulticastAddress()
                        || address.getAddress()[0] == 0;
        try {
            return isSpecial || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            return true;
        }
    }
}
