package kat.proxy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import kat.proxy.SliceSpec.Endpoint;

/// Which endpoints of a service port take new connections on this node.
///
/// Ready ones; where none is ready, those that terminate and still serve. Hints of the slices
/// narrow the choice for the whole cluster, never the choice of this node's own.
///
/// @param cluster for traffic that may go anywhere, sorted
/// @param local for traffic that must stay on the node, sorted
/// @param serving every one whose established flows are to be left alone
/// @param anywhere whether there is any endpoint at all that could take a connection
///
/// **Source:** KEP-1669 (terminating endpoints), KEP-2086 (internal traffic policy), KEP-2433 and
/// KEP-3015 (hints).
record EndpointChoice(
        List<Target> cluster, List<Target> local, List<Target> serving, boolean anywhere) {

    /// An address and port behind a Service.
    record Target(String address, int port) implements Comparable<Target> {

        private static final Comparator<Target> ORDER =
                Comparator.comparing(Target::address).thenComparingInt(Target::port);

        @Override
        public int compareTo(Target other) {
            return ORDER.compare(this, other);
        }

        /// As an element's value.
        @Override
        public String toString() {
            return address + " . " + port;
        }
    }

    /// An endpoint with the number of the port in question.
    record Candidate(Endpoint endpoint, int port) {
        Target target() {
            return new Target(endpoint.address(), port);
        }
    }

    static EndpointChoice of(List<SliceSpec> slices, ServiceSpec.ServicePort wanted, Here here) {
        List<Candidate> all = candidates(slices, wanted);
        List<Candidate> usable = usable(all);
        Predicate<Endpoint> isLocal = endpoint -> endpoint.node().equals(here.node());
        List<Candidate> local =
                usable(all.stream().filter(c -> isLocal.test(c.endpoint())).toList());
        return new EndpointChoice(
                targets(narrow(usable, here)),
                targets(local),
                targets(all.stream().filter(c -> isServing(c.endpoint())).toList()),
                !usable.isEmpty());
    }

    private static List<Candidate> candidates(
            List<SliceSpec> slices, ServiceSpec.ServicePort wanted) {
        List<Candidate> all = new ArrayList<>();
        for (SliceSpec slice : slices) {
            for (SliceSpec.SlicePort port : slice.ports()) {
                if (port.name().equals(wanted.name())
                        && port.protocol().equals(wanted.protocol())) {
                    slice.endpoints().forEach(e -> all.add(new Candidate(e, port.port())));
                }
            }
        }
        return all;
    }

    /// @param node the name of the Node
    /// @param zone empty when unknown
    record Here(String node, String zone) {}

    private static boolean isServing(Endpoint endpoint) {
        return endpoint.ready() || endpoint.serving();
    }

    private static List<Candidate> usable(List<Candidate> all) {
        List<Candidate> ready = all.stream().filter(c -> c.endpoint().ready()).toList();
        if (!ready.isEmpty()) {
            return ready;
        }
        return all.stream()
                .filter(c -> c.endpoint().serving() && c.endpoint().terminating())
                .toList();
    }

    /// Hints count only when every ready endpoint has them and one is meant for here.
    private static List<Candidate> narrow(List<Candidate> usable, Here here) {
        List<Candidate> sameNode =
                meant(usable, candidate -> candidate.endpoint().nodeHints(), here.node());
        if (!sameNode.isEmpty()) {
            return sameNode;
        }
        List<Candidate> sameZone =
                meant(usable, candidate -> candidate.endpoint().zoneHints(), here.zone());
        return sameZone.isEmpty() ? usable : sameZone;
    }

    private static List<Candidate> meant(
            List<Candidate> usable, Function<Candidate, List<String>> hints, String here) {
        for (Candidate candidate : usable) {
            if (!candidate.endpoint().ready() || hints.apply(candidate).isEmpty()) {
                return List.of();
            }
        }
        return usable.stream().filter(c -> hints.apply(c).contains(here)).toList();
    }

    private static List<Target> targets(List<Candidate> candidates) {
        SequencedSet<Target> targets = new TreeSet<>();
        candidates.forEach(candidate -> targets.add(candidate.target()));
        return List.copyOf(targets);
    }
}
