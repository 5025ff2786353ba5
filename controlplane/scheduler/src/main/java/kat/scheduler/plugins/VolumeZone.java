package kat.scheduler.plugins;

import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.scheduler.ClusterEvent;
import kat.scheduler.ClusterObjects;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodClaims;
import kat.scheduler.PodInfo;

/// Puts pods into the zone and region that the labels of their volumes name. A node without such
/// labels suits all volumes.
///
/// **Source:** kube-scheduler `volumezone`.
final class VolumeZone implements Plugin.Filter {

    private static final String SEPARATOR = "__"; // between the zones of one label

    /// The labels, with the present name of those that are old.
    private static final Map<String, String> LABELS =
            Map.of(
                    "failure-domain.beta.kubernetes.io/zone",
                    Spreading.ZONE,
                    "failure-domain.beta.kubernetes.io/region",
                    "topology.kubernetes.io/region",
                    Spreading.ZONE,
                    Spreading.ZONE,
                    "topology.kubernetes.io/region",
                    "topology.kubernetes.io/region");

    private final PodClaims claims;

    VolumeZone(ClusterObjects objects) {
        this.claims = new PodClaims(objects);
    }

    @Override
    public String name() {
        return "VolumeZone";
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return switch (event) {
            case NODE_ADDED, NODE_LABELS_CHANGED, OBJECT_CHANGED -> true;
            default -> false;
        };
    }

    @Override
    public boolean concerns(PodInfo pod) {
        return PodClaims.hasClaims(pod);
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        if (LABELS.keySet().stream().noneMatch(node.labels()::containsKey)) {
            return Verdict.SUITS;
        }
        for (KubeObject volume : claims.volumes(pod)) {
            for (Map.Entry<String, String> label : LABELS.entrySet()) {
                String zones = volume.labels().get(label.getKey());
                String old = node.labels().get(label.getKey());
                String here = old == null ? node.labels().get(label.getValue()) : old;
                if (zones != null
                        && (here == null || !List.of(zones.split(SEPARATOR)).contains(here))) {
                    return Verdict.never("node(s) had no available volume zone");
                }
            }
        }
        return Verdict.SUITS;
    }
}
