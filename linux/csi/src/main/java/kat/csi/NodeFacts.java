package kat.csi;

import java.util.SequencedMap;
import java.util.TreeMap;

/// What a driver tells of the node.
///
/// @param nodeId by which its controller knows the node
/// @param maxVolumes how many volumes it can serve here; 0 for no limit
/// @param topology labels of where the node is
public record NodeFacts(String nodeId, long maxVolumes, SequencedMap<String, String> topology) {
    public NodeFacts {
        topology = new TreeMap<>(topology);
    }
}
