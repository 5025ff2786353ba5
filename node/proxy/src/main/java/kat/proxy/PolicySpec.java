package kat.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.nftables.IpRange;
import org.jspecify.annotations.Nullable;

/// What the proxy reads of a NetworkPolicy.
///
/// @param pods the pods of its namespace that it isolates
/// @param ingress whether it isolates them for what comes in
/// @param egress whether it isolates them for what goes out
/// @param from what may come in; none means nothing
/// @param to what may go out; none means nothing
///
/// **Source:** `networking/v1` NetworkPolicySpec.
record PolicySpec(
        ObjectKey key,
        LabelSelector pods,
        boolean ingress,
        boolean egress,
        List<Rule> from,
        List<Rule> to) {

    /// One allowance: any of the peers on any of the ports.
    ///
    /// @param peers none means everyone
    /// @param ports none means all, of every protocol
    record Rule(List<Peer> peers, List<Port> ports) {
        Rule {
            peers = List.copyOf(peers);
            ports = List.copyOf(ports);
        }
    }

    /// The other side of a connection.
    sealed interface Peer {

        /// @param namespaces null means the policy's own
        record Pods(@Nullable LabelSelector namespaces, LabelSelector pods) implements Peer {

            /// @param labels of the namespace of that name
            boolean namespaceMatches(
                    String own, String namespace, SequencedMap<String, String> labels) {
                return namespaces == null ? own.equals(namespace) : namespaces.matches(labels);
            }
        }

        record Block(IpRange range, List<IpRange> except) implements Peer {
            public Block {
                except = List.copyOf(except);
            }
        }
    }

    /// @param protocol `tcp`, `udp` or `sctp`
    /// @param name of a container's port; empty for a number
    /// @param first 0 with an empty name means every port
    /// @param last at least `first`
    record Port(String protocol, String name, int first, int last) {}

    PolicySpec {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    static PolicySpec of(KubeObject policy) {
        return policy.view(PolicySpec.class, PolicySpec::parse);
    }

    boolean selects(PolicyPod pod) {
        return pod.key().namespace().equals(key.namespace()) && pods.matches(pod.labels());
    }

    private static PolicySpec parse(KubeObject policy) {
        JsonObject spec = policy.spec();
        List<String> types = spec.array("policyTypes").strings();
        return new PolicySpec(
                policy.key(),
                LabelSelector.parse(spec.object("podSelector")),
                types.isEmpty() || types.contains("Ingress"),
                types.isEmpty() ? spec.has("egress") : types.contains("Egress"),
                rules(spec.array("ingress").objects(), "from"),
                rules(spec.array("egress").objects(), "to"));
    }

    private static List<Rule> rules(List<JsonObject> trees, String peersField) {
        List<Rule> rules = new ArrayList<>();
        for (JsonObject tree : trees) {
            List<Peer> peers =
                    tree.array(peersField).objects().stream().map(PolicySpec::peer).toList();
            List<Port> ports =
                    tree.array("ports").objects().stream().map(PolicySpec::port).toList();
            rules.add(new Rule(peers, ports));
        }
        return rules;
    }

    private static Peer peer(JsonObject tree) {
        if (tree.has("ipBlock")) {
            return block(tree.object("ipBlock"));
        }
        return new Peer.Pods(
                tree.has("namespaceSelector")
                        ? LabelSelector.parse(tree.object("namespaceSelector"))
                        : null,
                LabelSelector.parse(tree.object("podSelector")));
    }

    private static Peer block(JsonObject tree) {
        IpRange range = IpRange.enclosing(tree.string("cidr"));
        if (range == null) {
            return new Peer.Pods(null, LabelSelector.NOTHING);
        }
        List<IpRange> except = new ArrayList<>();
        for (String text : tree.array("except").strings()) {
            IpRange hole = IpRange.enclosing(text);
            if (hole != null) {
                except.add(hole);
            }
        }
        return new Peer.Block(range, except);
    }

    private static Port port(JsonObject tree) {
        String protocol = Protocols.lower(tree.string("protocol", "TCP"));
        Json port = tree.get("port");
        if (port == null) {
            return new Port(protocol, "", 0, 0);
        }
        if (!(port instanceof JsonNumber)) {
            return new Port(protocol, tree.string("port"), 0, 0);
        }
        int first = (int) tree.integer("port", 0);
        return new Port(protocol, "", first, (int) tree.integer("endPort", first));
    }
}
