/// What the machine needs before pods can talk: ranges of addresses that nobody uses, the gateway
/// address, routes, forwarding and the CNI configuration; and how all of it is taken away again.
///
/// Read [kat.proxy.podnetwork.PodNetwork] first, then [kat.proxy.podnetwork.NetworkRanges] and
/// [kat.proxy.podnetwork.HostClaims].
///
/// Nothing here knows Services or the API; packet rules are the proxy's.
@NullMarked
package kat.proxy.podnetwork;

import org.jspecify.annotations.NullMarked;
