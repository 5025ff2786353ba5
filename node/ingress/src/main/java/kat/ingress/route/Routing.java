package kat.ingress.route;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.api.ObjectKey;

/// Everything that Ingress objects come to.
///
/// @param certificates by host; a host may begin with `*.`
/// @param problems by Ingress; only those that have some
/// @param ours every Ingress of our classes
/// @param services that routes lead to
/// @param secrets that are named, whether they exist or not
/// @param configMaps that are named, whether they exist or not
/// @param names outside of the cluster that routes lead to
public record Routing(
        RouteTable table,
        Map<String, Certificate> certificates,
        SequencedMap<ObjectKey, List<Problem>> problems,
        SequencedSet<ObjectKey> ours,
        SequencedSet<ObjectKey> services,
        SequencedSet<ObjectKey> secrets,
        SequencedSet<ObjectKey> configMaps,
        SequencedSet<String> names) {

    public static final Routing EMPTY =
            new Routing(
                    RouteTable.EMPTY,
                    Map.of(),
                    new TreeMap<>(),
                    new TreeSet<>(),
                    new TreeSet<>(),
                    new TreeSet<>(),
                    new TreeSet<>(),
                    new TreeSet<>());

    public Routing {
        certificates = Map.copyOf(certificates);
        problems = Collections.unmodifiableSequencedMap(new TreeMap<>(problems));
        ours = Collections.unmodifiableSequencedSet(new TreeSet<>(ours));
        services = Collections.unmodifiableSequencedSet(new TreeSet<>(services));
        secrets = Collections.unmodifiableSequencedSet(new TreeSet<>(secrets));
        names = Collections.unmodifiableSequencedSet(new TreeSet<>(names));
        configMaps = Collections.unmodifiableSequencedSet(new TreeSet<>(configMaps));
    }
}
