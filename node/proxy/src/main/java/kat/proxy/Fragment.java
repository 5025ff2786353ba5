package kat.proxy;

import java.util.Collections;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.nftables.Chain;
import kat.nftables.ElementSet;

/// One owner's part of the table: a Service's, or a pod's with host ports. Two owners may want the
/// same element; who comes first by name has it.
///
/// @param elements values by key; the value is empty in a set
/// @param chains of this owner alone, by name: those of session affinity
/// @param sets of this owner alone, by name: those of session affinity
/// @param picks the chains shared by all owners that its elements go to
/// @param flows where established UDP flows may go
record Fragment(
        SequencedMap<ElementKey, String> elements,
        SequencedMap<String, Chain> chains,
        SequencedMap<String, ElementSet> sets,
        SequencedSet<Pick> picks,
        SequencedSet<UdpFlow> flows) {

    static final Fragment EMPTY = new Builder().build();

    /// @param set the set or map
    /// @param key in nft's words
    record ElementKey(String set, String key) implements Comparable<ElementKey> {
        @Override
        public int compareTo(ElementKey other) {
            int bySet = set.compareTo(other.set);
            return bySet != 0 ? bySet : key.compareTo(other.key);
        }
    }

    /// The chain that picks one of `count` endpoints for a kind of front end.
    record Pick(FrontEnds frontEnds, int count) implements Comparable<Pick> {
        @Override
        public int compareTo(Pick other) {
            int byKind = frontEnds.compareTo(other.frontEnds);
            return byKind != 0 ? byKind : Integer.compare(count, other.count);
        }

        String chain() {
            return frontEnds.pickPrefix() + count;
        }
    }

    /// @param address of the front end; empty for a port of the node
    /// @param port of the front end
    /// @param endpoint the address that packets are sent on to
    record UdpFlow(String address, int port, String endpoint) implements Comparable<UdpFlow> {
        @Override
        public int compareTo(UdpFlow other) {
            return toString().compareTo(other.toString());
        }
    }

    /// Collects a fragment.
    static final class Builder {
        private final TreeMap<ElementKey, String> elements = new TreeMap<>();
        private final TreeMap<String, Chain> chains = new TreeMap<>();
        private final TreeMap<String, ElementSet> sets = new TreeMap<>();
        private final TreeSet<Pick> picks = new TreeSet<>();
        private final TreeSet<UdpFlow> flows = new TreeSet<>();

        void element(String set, String key, String value) {
            elements.putIfAbsent(new ElementKey(set, key), value);
        }

        void chain(Chain chain) {
            chains.put(chain.name(), chain);
        }

        void set(ElementSet set) {
            sets.put(set.name(), set);
        }

        void pick(Pick pick) {
            picks.add(pick);
        }

        void flow(UdpFlow flow) {
            flows.add(flow);
        }

        Fragment build() {
            return new Fragment(
                    Collections.unmodifiableSequencedMap(elements),
                    Collections.unmodifiableSequencedMap(chains),
                    Collections.unmodifiableSequencedMap(sets),
                    Collections.unmodifiableSequencedSet(picks),
                    Collections.unmodifiableSequencedSet(flows));
        }
    }
}
