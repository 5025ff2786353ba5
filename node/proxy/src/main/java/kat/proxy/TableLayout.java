package kat.proxy;

import java.util.ArrayList;
import java.util.List;
import kat.nftables.Chain;
import kat.nftables.Change;
import kat.nftables.Element;
import kat.nftables.ElementSet;
import kat.proxy.Fragment.Pick;

/// The part of the table that does not depend on Services: sets, and the chains that the kernel
/// enters. A packet's path is drawn in `docs/internals/network.md`.
///
/// One lookup finds a front end in a map and goes to the chain for as many endpoints as it has; a
/// random index says which map then gives the endpoint. So the number of rules does not grow
/// with the number of Services, and a change of endpoints is a change of a few elements.
///
/// Each family of addresses has a table of its own of this layout, in words of IPv4
/// ([kat.nftables.Nftables]).
final class TableLayout {

    static final ElementSet CLUSTER_IPS = ElementSet.set("cluster-ips", "type ipv4_addr");
    static final ElementSet NODE_ADDRESSES = ElementSet.set("node-addresses", "type ipv4_addr");
    static final ElementSet OPEN_PORTS =
            ElementSet.set("open-ports", "type inet_proto . inet_service");
    static final ElementSet HAIRPINS = ElementSet.set("hairpins", "type ipv4_addr . ipv4_addr");
    static final ElementSet FIREWALLED =
            ElementSet.set("firewalled", "type ipv4_addr . inet_proto . inet_service");
    /// Addresses of the node that it gave to load balancers by itself.
    static final ElementSet UNASKED =
            ElementSet.set("unasked", "type ipv4_addr . inet_proto . inet_service");

    static final ElementSet ALLOWED =
            ElementSet.set(
                    "allowed",
                    "type ipv4_addr . ipv4_addr . inet_proto . inet_service",
                    "flags interval");

    static final String REFUSE = "refuse";
    static final String REFUSE_DROP = "refuse-drop";

    private static final String LOCAL = "fib daddr type local";
    private static final String PORT = "meta l4proto . th dport";

    /// Before connection tracking (-200), where a packet's sender can still be changed freely.
    private static final int BEFORE_TRACKING = -300;

    private static final int BEFORE_TRANSLATION = -110;
    private static final int TRANSLATION = -100;
    private static final int AFTER_TRANSLATION = -90;
    private static final int SOURCE_TRANSLATION = 100;
    private static final int LAST = 200;

    private final NetworkConfig config;
    private final String inside;
    private final String outside;

    private TableLayout(NetworkConfig config) {
        this.config = config;
        this.inside = "ip saddr " + config.clusterRange();
        this.outside = "ip saddr != " + config.clusterRange();
    }

    /// Everything that is there before the first Service.
    static List<Change> changes(NetworkConfig config) {
        return new TableLayout(config).changes();
    }

    /// The chain for as many endpoints. Its second rule takes the first endpoint when the number
    /// of endpoints changed between two lookups for one packet.
    static Chain pick(Pick pick) {
        FrontEnds kind = pick.frontEnds();
        String first = "goto " + kind.endpointChain(0);
        if (pick.count() == 1) {
            return Chain.inner(pick.chain(), first);
        }
        List<String> ways = new ArrayList<>();
        for (int i = 0; i < pick.count(); i++) {
            ways.add(i + " : jump " + kind.endpointChain(i));
        }
        return Chain.inner(
                pick.chain(),
                "numgen random mod " + pick.count() + " vmap { " + String.join(", ", ways) + " }",
                first);
    }

    /// The map of endpoints of that index, and the chain that sends packets there.
    static List<Change> endpoints(FrontEnds kind, int index) {
        ElementSet map = kind.endpoints(index);
        return List.of(
                new Change.AddSet(map),
                new Change.AddChain(
                        Chain.inner(
                                kind.endpointChain(index),
                                "dnat ip to " + kind.match() + " map @" + map.name())));
    }

    private List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        for (FrontEnds kind : FrontEnds.values()) {
            changes.add(new Change.AddSet(kind.verdicts()));
            changes.add(new Change.AddSet(kind.refused()));
        }
        for (ElementSet set :
                List.of(
                        CLUSTER_IPS,
                        NODE_ADDRESSES,
                        OPEN_PORTS,
                        HAIRPINS,
                        FIREWALLED,
                        ALLOWED,
                        UNASKED)) {
            changes.add(new Change.AddSet(set));
        }
        for (Chain chain : chains()) {
            changes.add(new Change.AddChain(chain));
        }
        changes.add(new Change.AddElements(NODE_ADDRESSES.name(), nodeAddresses()));
        return changes;
    }

    private List<Element> nodeAddresses() {
        List<Element> addresses = new ArrayList<>();
        addresses.add(Element.of(config.family().loopback()));
        addresses.add(Element.of(config.gateway()));
        for (String address : config.listen()) {
            if (!address.equals(config.family().any())
                    && addresses.stream().noneMatch(e -> e.key().equals(address))) {
                addresses.add(Element.of(address));
            }
        }
        return addresses;
    }

    private List<Chain> chains() {
        return List.of(
                Chain.inner(
                        REFUSE,
                        "meta l4proto tcp reject with tcp reset",
                        "reject with icmp type port-unreachable"),
                Chain.inner(REFUSE_DROP, "drop"),
                refuseInside(),
                loopbackOut(),
                loopbackIn(),
                filterPrerouting(),
                filterInput(),
                filterForward(),
                Chain.base(
                        "filter-output",
                        "filter",
                        "output",
                        BEFORE_TRANSLATION,
                        List.of(
                                "ct state new jump refuse-inside",
                                "ct state new "
                                        + LOCAL
                                        + " "
                                        + lookup(FrontEnds.PORTS.refused(), FrontEnds.PORTS))),
                Chain.base(
                        "filter-output-after",
                        "filter",
                        "output",
                        AFTER_TRANSLATION,
                        unusedServiceAddresses()),
                outsideFrontEnds(),
                natPrerouting(),
                natOutput(),
                natPostrouting());
    }

    /// Addresses on which ports of the node answer everyone.
    private String toNode() {
        return config.listensEverywhere() ? LOCAL : "ip daddr @" + NODE_ADDRESSES.name();
    }

    /// Pods reach ports of the node on each of its addresses, and so do the node's own programs.
    private String podToNode() {
        return inside + " " + LOCAL;
    }

    private static String lookup(ElementSet map, FrontEnds kind) {
        return kind.match() + " vmap @" + map.name();
    }

    private Chain refuseInside() {
        String ports = " " + lookup(FrontEnds.PORTS.refused(), FrontEnds.PORTS);
        return Chain.inner(
                "refuse-inside",
                lookup(FrontEnds.ADDRESSES.refused(), FrontEnds.ADDRESSES),
                toNode() + ports,
                podToNode() + ports);
    }

    /// A packet from loopback cannot leave through another interface, so one that is meant for a
    /// port of the node gets the gateway as its sender before the kernel looks at it.
    private Chain loopbackOut() {
        String refused = " " + lookup(FrontEnds.PORTS.refused(), FrontEnds.PORTS);
        String loopback = config.family().loopback();
        String toLoopback = "ip daddr " + loopback;
        return Chain.base(
                "loopback-out",
                "filter",
                "output",
                BEFORE_TRACKING,
                List.of(
                        toLoopback + " tcp flags & (syn | ack) == syn" + refused,
                        toLoopback + " meta l4proto udp" + refused,
                        "ip saddr "
                                + loopback
                                + " "
                                + toLoopback
                                + " "
                                + PORT
                                + " @"
                                + OPEN_PORTS.name()
                                + " ip saddr set "
                                + config.gateway()));
    }

    /// And the answer gets loopback as its receiver again, after the last routing decision.
    private Chain loopbackIn() {
        return Chain.base(
                "loopback-in",
                "filter",
                "input",
                LAST,
                List.of(
                        "ip saddr "
                                + config.family().loopback()
                                + " ip daddr "
                                + config.gateway()
                                + " ct direction reply ip daddr set "
                                + config.family().loopback()));
    }

    private Chain filterPrerouting() {
        String front = FrontEnds.ADDRESSES.match();
        return Chain.base(
                "filter-prerouting",
                "filter",
                "prerouting",
                BEFORE_TRANSLATION,
                List.of(
                        "iifname != lo ip saddr "
                                + config.podRange()
                                + " fib saddr . iif oif missing drop",
                        front
                                + " @"
                                + FIREWALLED.name()
                                + " ip saddr . "
                                + front
                                + " != @"
                                + ALLOWED.name()
                                + " drop"));
    }

    private Chain filterInput() {
        return Chain.base(
                "filter-input",
                "filter",
                "input",
                BEFORE_TRANSLATION,
                List.of(
                        "ct state new iifname != lo "
                                + outside
                                + " ip daddr "
                                + config.gateway()
                                + " ct status & dnat == 0 drop",
                        "ct state new jump refuse-inside"));
    }

    private Chain filterForward() {
        List<String> rules = new ArrayList<>();
        rules.add(
                "ct state new "
                        + outside
                        + " ip daddr "
                        + config.podRange()
                        + " ct status & dnat == 0 drop");
        rules.add("ct state new jump refuse-inside");
        rules.addAll(unusedServiceAddresses());
        return Chain.base("filter-forward", "filter", "forward", BEFORE_TRANSLATION, rules);
    }

    private List<String> unusedServiceAddresses() {
        return List.of(
                "ip daddr @" + CLUSTER_IPS.name() + " goto " + REFUSE,
                "ip daddr " + config.serviceRange() + " drop");
    }

    /// Outsiders reach no cluster address at all; addresses of the node only where it listens; and
    /// where the policy is Local, only endpoints of this node.
    private Chain outsideFrontEnds() {
        List<String> rules = new ArrayList<>();
        rules.add("ip daddr " + config.serviceRange() + " accept");
        if (!config.listensEverywhere()) {
            rules.add(
                    "ip daddr != @"
                            + NODE_ADDRESSES.name()
                            + " fib daddr type local "
                            + FrontEnds.ADDRESSES.match()
                            + " @"
                            + UNASKED.name()
                            + " accept");
        }
        rules.addAll(
                List.of(
                        lookup(FrontEnds.OUTSIDE_ADDRESSES.verdicts(), FrontEnds.OUTSIDE_ADDRESSES),
                        lookup(FrontEnds.OUTSIDE_ADDRESSES.refused(), FrontEnds.OUTSIDE_ADDRESSES),
                        toNode()
                                + " "
                                + lookup(
                                        FrontEnds.OUTSIDE_PORTS.verdicts(),
                                        FrontEnds.OUTSIDE_PORTS),
                        toNode()
                                + " "
                                + lookup(
                                        FrontEnds.OUTSIDE_PORTS.refused(),
                                        FrontEnds.OUTSIDE_PORTS)));
        return new Chain("outside", "", rules);
    }

    private Chain natPrerouting() {
        String ports = " " + lookup(FrontEnds.PORTS.verdicts(), FrontEnds.PORTS);
        return Chain.base(
                "nat-prerouting",
                "nat",
                "prerouting",
                TRANSLATION,
                List.of(
                        outside + " jump outside",
                        lookup(FrontEnds.ADDRESSES.verdicts(), FrontEnds.ADDRESSES),
                        toNode() + ports,
                        podToNode() + ports));
    }

    private Chain natOutput() {
        return Chain.base(
                "nat-output",
                "nat",
                "output",
                TRANSLATION,
                List.of(
                        lookup(FrontEnds.ADDRESSES.verdicts(), FrontEnds.ADDRESSES),
                        LOCAL + " " + lookup(FrontEnds.PORTS.verdicts(), FrontEnds.PORTS)));
    }

    private Chain natPostrouting() {
        return Chain.base(
                "nat-postrouting",
                "nat",
                "postrouting",
                SOURCE_TRANSLATION,
                List.of(
                        "ct status dnat ip saddr . ip daddr @"
                                + HAIRPINS.name()
                                + " masquerade fully-random",
                        "oifname != lo ip saddr "
                                + config.podRange()
                                + " ip daddr != "
                                + config.clusterRange()
                                + " masquerade fully-random",
                        "ct status dnat "
                                + outside
                                + " ip daddr "
                                + config.clusterRange()
                                + " ip daddr != "
                                + config.podRange()
                                + " masquerade fully-random"));
    }
}
