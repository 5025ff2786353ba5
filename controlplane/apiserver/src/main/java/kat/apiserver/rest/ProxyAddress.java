package kat.apiserver.rest;

import java.net.Inet4Address;
import java.net.InetAddress;
import kat.api.Status;

/// Where requests may be passed on to, and how that is written.
///
/// **Source:** `IsProxyableIP` in `k8s.io/apimachinery/pkg/util/proxy`; RFC 3986, 3.2.2.
final class ProxyAddress {

    private ProxyAddress() {}

    /// @throws kat.api.StatusException 400 for what is no address of a single other machine or pod,
    ///     such as loopback
    static String require(String address) {
        try {
            InetAddress parsed = InetAddress.ofLiteral(address);
            boolean isBroadcast =
                    parsed instanceof Inet4Address && address.equals("255.255.255.255");
            if (!(isBroadcast
                    || parsed.isAnyLocalAddress()
                    || parsed.isLoopbackAddress()
                    || parsed.isMulticastAddress()
                    || parsed.isLinkLocalAddress())) {
                return address;
            }
        } catch (IllegalArgumentException noAddress) {
            throw Status.badRequest("address not allowed").asException();
        }
        throw Status.badRequest("address not allowed").asException();
    }

    /// @param port empty for that of the scheme
    static String host(String address, String port) {
        String host = address.contains(":") ? "[" + address + "]" : address;
        return port.isEmpty() ? host : host + ":" + port;
    }
}
