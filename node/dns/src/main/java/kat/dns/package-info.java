/// Cluster DNS inside the process: names of Services, endpoints and pods from what the informers
/// know, everything else from the machine's resolvers.
///
/// Read [kat.dns.ClusterZone] (which names exist and what they stand for), [kat.dns.MessageReader]
/// and [kat.dns.MessageWriter] (RFC 1035 on the wire), [kat.dns.Forwarder], then
/// [kat.dns.ClusterDns], which listens.
///
/// Nothing here knows how packets reach it or who writes the objects.
@NullMarked
package kat.dns;

import org.jspecify.annotations.NullMarked;
