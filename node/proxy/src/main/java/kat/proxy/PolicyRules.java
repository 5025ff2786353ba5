package kat.proxy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.UUID;
import kat.nftables.Chain;
import kat.nftables.ElementSet;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;
import kat.proxy.PolicySpec.Peer;
import kat.proxy.PolicySpec.Port;
import kat.proxy.PolicySpec.Rule;

/// Computes the parts of the table that make NetworkPolicies act. Pure.
///
/// Two chains stand in the way of forwarded packets, one for each direction. Each asks a map
/// whether the pod is isolated, and a packet of one that is not has passed. An isolated pod has a
/// chain that asks the chain of each policy that selects it and then drops. A policy's chain
/// accepts what one of its rules allows; addresses of pods stand in sets, so that pods that come
/// and go change elements and no rule.
///
/// Packets between a pod and its own node are not forwarded, so no policy sees them: probes of the
/// kubelet, the API server and DNS. Forwarded packets have their Service translated already.
///
/// **Source:** the page "Network Policies" of the Kubernetes documentation.
final class PolicyRules {

    static final String EGRESS_ENTRY = "policy-egress";
    static final String INGRESS_ENTRY = "policy-ingress";

    /// After the rules that keep outsiders out, before all others of the forward hook.
    private static final int EGRESS_PRIORITY = -108;

    private static final int INGRESS_PRIORITY = -107;

    /// Names in the kernel have at most 255 characters.
    private static final int LONGEST_NAME = 200;

    private static final int KEPT_OF_A_LONG_NAME = 160;

    private static final String PORT = "meta l4proto . th dport";

    /// One of the two directions.
    enum Direction {
        INGRESS("in", "ip saddr", "ip daddr"),
        EGRESS("out", "ip daddr", "ip saddr");

        private final String word;
        private final String peer;
        private final String own;

        /// @param peer where a packet names the other side
        /// @param own where a packet names the isolated pod
        Direction(String word, String peer, String own) {
            this.word = word;
            this.peer = peer;
            this.own = own;
        }

        /// Addresses of isolated pods → their chains.
        ElementSet isolated() {
            return ElementSet.map("isolated-" + word, "type ipv4_addr : verdict");
        }

        boolean isIn(PolicySpec policy) {
            return this == INGRESS ? policy.ingress() : policy.egress();
        }

        List<Rule> rules(PolicySpec policy) {
            return this == INGRESS ? policy.from() : policy.to();
        }

        private String policyChain(PolicySpec policy) {
            return shortened("policy-" + word + "/" + policy.key());
        }

        private String podChain(PolicyPod pod) {
            return shortened("pod-" + word + "/" + pod.key());
        }
    }

    /// The pods of the cluster that have an address.
    interface Pods {
        /// Of the addresses that count.
        IpFamily family();

        /// @param own the namespace that a peer without namespaces speaks of
        List<PolicyPod> matching(String own, Peer.Pods peer);

        /// Those that a policy isolates.
        List<PolicyPod> selected(PolicySpec policy);

        List<PolicyPod> all();
    }

    private PolicyRules() {}

    /// What is there while any pod of this node is isolated.
    static Fragment entries() {
        Fragment.Builder fragment = new Fragment.Builder();
        for (Direction direction : Direction.values()) {
            fragment.set(direction.isolated());
        }
        fragment.chain(entry(EGRESS_ENTRY, EGRESS_PRIORITY, Direction.EGRESS));
        fragment.chain(entry(INGRESS_ENTRY, INGRESS_PRIORITY, Direction.INGRESS));
        return fragment.build();
    }

    private static Chain entry(String name, int priority, Direction direction) {
        return Chain.base(
                name,
                "filter",
                "forward",
                priority,
                List.of(
                        "ct state established,related accept",
                        direction.own + " vmap @" + direction.isolated().name()));
    }

    /// A pod's part: the way to the policies that select it. A pod always reaches itself.
    ///
    /// @param policies those that select it
    static Fragment isolation(PolicyPod pod, List<PolicySpec> policies, IpFamily family) {
        if (pod.address(family).isEmpty()) {
            return Fragment.EMPTY;
        }
        Fragment.Builder fragment = new Fragment.Builder();
        for (Direction direction : Direction.values()) {
            List<PolicySpec> acting = policies.stream().filter(direction::isIn).toList();
            if (acting.isEmpty()) {
                continue;
            }
            String chain = direction.podChain(pod);
            List<String> rules = new ArrayList<>();
            rules.add(direction.peer + " " + pod.address(family) + " accept");
            acting.forEach(policy -> rules.add("jump " + direction.policyChain(policy)));
            rules.add("drop");
            fragment.chain(new Chain(chain, "", rules));
            fragment.element(direction.isolated().name(), pod.address(family), "goto " + chain);
        }
        return fragment.build();
    }

    /// A policy's part: its allowances.
    static Fragment allowances(PolicySpec policy, Pods pods) {
        Fragment.Builder fragment = new Fragment.Builder();
        for (Direction direction : Direction.values()) {
            if (direction.isIn(policy)) {
                addAllowances(fragment, policy, direction, pods);
            }
        }
        return fragment.build();
    }

    private static void addAllowances(
            Fragment.Builder fragment, PolicySpec policy, Direction direction, Pods pods) {
        String chain = direction.policyChain(policy);
        List<String> accepted = new ArrayList<>();
        List<Rule> rules = direction.rules(policy);
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            String name = chain + "/" + i;
            List<PolicyPod> peers = new ArrayList<>();
            List<String> senders =
                    peers(fragment, name, new Side(policy, direction, rule), pods, peers);
            List<PolicyPod> receivers = receivers(policy, direction, rule, pods, peers);
            for (String sender : senders) {
                for (String port : ports(fragment, name, rule.ports(), receivers, pods.family())) {
                    accepted.add((sender + port + "accept").strip());
                }
            }
        }
        fragment.chain(new Chain(chain, "", accepted.stream().distinct().toList()));
    }

    /// A rule of a policy in one direction.
    private record Side(PolicySpec policy, Direction direction, Rule rule) {}

    /// What packets to or from the peers look like, each empty or with a space at its end.
    ///
    /// @param found takes the peers that are pods
    private static List<String> peers(
            Fragment.Builder fragment, String name, Side side, Pods pods, List<PolicyPod> found) {
        if (side.rule().peers().isEmpty()) {
            return List.of("");
        }
        IpFamily family = pods.family();
        String field = side.direction().peer;
        List<String> matches = new ArrayList<>();
        boolean anyPods = false;
        for (Peer peer : side.rule().peers()) {
            switch (peer) {
                case Peer.Pods some -> {
                    anyPods = true;
                    found.addAll(pods.matching(side.policy().key().namespace(), some));
                }
                case Peer.Block block -> {
                    if (block.range().family() == family) {
                        matches.add(match(field, block));
                    }
                }
            }
        }
        if (anyPods) {
            String set = name + "/peers";
            fragment.set(ElementSet.set(set, "type ipv4_addr"));
            for (PolicyPod pod : found) {
                fragment.element(set, pod.address(family), "");
            }
            matches.addFirst(field + " @" + set + " ");
        }
        return matches;
    }

    private static String match(String field, Peer.Block block) {
        StringBuilder match = new StringBuilder();
        if (block.range().prefix() > 0) {
            match.append(field).append(' ').append(block.range()).append(' ');
        }
        List<String> holes = new ArrayList<>();
        for (IpRange hole : block.except()) {
            boolean inAnother =
                    block.except().stream().anyMatch(o -> !o.equals(hole) && o.contains(hole));
            if (!inAnother && !holes.contains(hole.toString())) {
                holes.add(hole.toString());
            }
        }
        if (!holes.isEmpty()) {
            match.append(field).append(" != { ").append(String.join(", ", holes)).append(" } ");
        }
        return match.toString();
    }

    /// Whose port names count: those of the pods that packets go to.
    private static List<PolicyPod> receivers(
            PolicySpec policy, Direction direction, Rule rule, Pods pods, List<PolicyPod> peers) {
        if (rule.ports().stream().allMatch(port -> port.name().isEmpty())) {
            return List.of();
        }
        if (direction == Direction.INGRESS) {
            return pods.selected(policy);
        }
        boolean onlyPods = rule.peers().stream().allMatch(peer -> peer instanceof Peer.Pods);
        return onlyPods && !rule.peers().isEmpty() ? peers : pods.all();
    }

    /// What packets to the ports look like, each empty or with a space at its end.
    private static List<String> ports(
            Fragment.Builder fragment,
            String name,
            List<Port> ports,
            List<PolicyPod> receivers,
            IpFamily family) {
        if (ports.isEmpty()) {
            return List.of("");
        }
        List<String> matches = new ArrayList<>();
        SequencedMap<String, List<Port>> numbered = new TreeMap<>();
        String set = name + "/ports";
        boolean named = false;
        for (Port port : ports) {
            if (port.name().isEmpty()) {
                numbered.computeIfAbsent(port.protocol(), _ -> new ArrayList<>()).add(port);
            } else {
                named = true;
                addNamed(fragment, set, port, receivers, family);
            }
        }
        numbered.forEach(
                (protocol, some) -> matches.add("meta l4proto " + protocol + numbers(some)));
        if (named) {
            fragment.set(ElementSet.set(set, "type ipv4_addr . inet_proto . inet_service"));
            matches.add("ip daddr . " + PORT + " @" + set + " ");
        }
        return matches;
    }

    private static void addNamed(
            Fragment.Builder fragment,
            String set,
            Port wanted,
            List<PolicyPod> receivers,
            IpFamily family) {
        for (PolicyPod pod : receivers) {
            for (PolicyPod.NamedPort port : pod.ports()) {
                if (port.name().equals(wanted.name())
                        && port.protocol().equals(wanted.protocol())) {
                    fragment.element(
                            set,
                            pod.address(family) + " . " + port.protocol() + " . " + port.number(),
                            "");
                }
            }
        }
    }

    /// The numbers in order, ranges that touch made one: the kernel refuses sets that overlap.
    private static String numbers(List<Port> ports) {
        if (ports.stream().anyMatch(port -> port.first() == 0)) {
            return " ";
        }
        List<Port> sorted = new ArrayList<>(ports);
        sorted.sort((a, b) -> Integer.compare(a.first(), b.first()));
        List<String> ranges = new ArrayList<>();
        int first = sorted.getFirst().first();
        int last = sorted.getFirst().last();
        for (Port port : sorted) {
            if (port.first() > last + 1) {
                ranges.add(range(first, last));
                first = port.first();
                last = port.last();
            }
            last = Math.max(last, port.last());
        }
        ranges.add(range(first, last));
        return " th dport { " + String.join(", ", ranges) + " } ";
    }

    private static String range(int first, int last) {
        return first == last ? String.valueOf(first) : first + "-" + last;
    }

    /// A name that the kernel takes: a long one ends with a number made of all of it.
    private static String shortened(String name) {
        if (name.length() <= LONGEST_NAME) {
            return name;
        }
        UUID digest = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return name.substring(0, KEPT_OF_A_LONG_NAME) + "-" + digest;
    }
}
