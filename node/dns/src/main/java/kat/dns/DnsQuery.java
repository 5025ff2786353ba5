package kat.dns;

/// A question.
///
/// @param flags the header's second word as sent
/// @param type of the wanted records
/// @param dnsClass 1 for the Internet
/// @param edns what the asker said about itself
/// @param raw the whole message
/// @param questionEnd where the question ends in `raw`
record DnsQuery(
        int id,
        int flags,
        DnsName name,
        int type,
        int dnsClass,
        Edns edns,
        Packet raw,
        int questionEnd) {

    /// @param isPresent whether there was an OPT record
    /// @param udpBytes how much the asker takes over UDP
    /// @param version 0 unless the asker is ahead of its time
    record Edns(boolean isPresent, int udpBytes, int version, boolean dnssecOk) {
        static final Edns NONE = new Edns(false, Dns.PLAIN_UDP_BYTES, 0, false);
    }

    /// How long an answer over UDP may be.
    int udpLimit() {
        return Math.clamp(edns.udpBytes(), Dns.PLAIN_UDP_BYTES, Dns.MOST_UDP_BYTES);
    }
}
