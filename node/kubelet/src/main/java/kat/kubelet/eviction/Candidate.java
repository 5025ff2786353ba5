package kat.kubelet.eviction;

import java.util.Map;
import java.util.TreeMap;
import kat.api.KubeObject;

/// A pod that may have to go.
///
/// @param containers what each of its containers uses of what is short, in bytes or as a number
/// @param shared what belongs to none of them, such as volumes
public record Candidate(KubeObject pod, Map<String, Long> containers, long shared) {

    public Candidate {
        containers = new TreeMap<>(containers);
    }

    long used() {
        return shared + containers.values().stream().mapToLong(Long::longValue).sum();
    }
}
