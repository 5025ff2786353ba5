package kat.proxy;

import kat.nftables.ElementSet;

/// The four kinds of front end, each with a map that says where to go for it, maps of its
/// endpoints, and a map of those that have none.
enum FrontEnds {
    /// Addresses of Services: cluster, external and load balancer addresses.
    ADDRESSES("service", true),
    /// Ports of the node: node ports and host ports.
    PORTS("port", false),
    /// External addresses of Services with `externalTrafficPolicy: Local`, for outsiders.
    OUTSIDE_ADDRESSES("outside-service", true),
    /// Node ports of Services with `externalTrafficPolicy: Local`, for outsiders.
    OUTSIDE_PORTS("outside-port", false);

    private static final String ADDRESS_KEY = "ip daddr . meta l4proto . th dport";
    private static final String PORT_KEY = "meta l4proto . th dport";

    private final String word;
    private final boolean byAddress;

    FrontEnds(String word, boolean byAddress) {
        this.word = word;
        this.byAddress = byAddress;
    }

    boolean isOutside() {
        return this == OUTSIDE_ADDRESSES || this == OUTSIDE_PORTS;
    }

    /// Front end → verdict.
    ElementSet verdicts() {
        return verdictMap(word + "s");
    }

    /// Front end without endpoints → verdict.
    ElementSet refused() {
        return verdictMap(word + "s-refused");
    }

    /// Front end → its endpoint of that index. One map for each index, all of plain types: nft
    /// before 1.1 mistakes a map whose key holds a random number for one of TCP only.
    ElementSet endpoints(int index) {
        return ElementSet.map(
                word + "-endpoint-" + index,
                "type "
                        + (byAddress ? "ipv4_addr . " : "")
                        + "inet_proto . inet_service : ipv4_addr . inet_service");
    }

    /// The chain that sends a packet to the front end's endpoint of that index.
    String endpointChain(int index) {
        return word + "-to-" + index;
    }

    String pickPrefix() {
        return word + "-pick-";
    }

    /// What of a packet is looked up.
    String match() {
        return byAddress ? ADDRESS_KEY : PORT_KEY;
    }

    /// @param address ignored where ports of the node are looked up
    String key(String address, String protocol, int port) {
        return (byAddress ? address + " . " : "") + protocol + " . " + port;
    }

    private ElementSet verdictMap(String name) {
        return ElementSet.map(
                name,
                "type "
                        + (byAddress ? "ipv4_addr . " : "")
                        + "inet_proto . inet_service : verdict");
    }
}
