package kat.scheduler.plugins;

import java.util.HashMap;
import java.util.Map;
import kat.scheduler.Likeness;
import kat.scheduler.NodeInfo;
import kat.scheduler.PodInfo;
import kat.scheduler.PodTerms;

/// Counts the pods of nodes that a constraint of one pod is about.
///
/// Cost: one look at each kind of pod that is alike, then one lookup for each kind on a node.
final class Matching {

    private final PodTerms.Spread spread;
    private final String namespace;
    private final Map<Likeness, Boolean> known = new HashMap<>();

    Matching(PodTerms.Spread spread, PodInfo pod) {
        this.spread = spread;
        this.namespace = pod.likeness().namespace();
    }

    long on(NodeInfo node) {
        long count = 0;
        for (NodeInfo.Alike alike : node.alike()) {
            if (known.computeIfAbsent(alike.likeness(), this::matches)) {
                count += alike.count();
            }
        }
        return count;
    }

    private boolean matches(Likeness likeness) {
        return !likeness.isDeleting()
                && likeness.namespace().equals(namespace)
                && spread.selector().matches(likeness.labels());
    }
}
