package kat.scheduler.plugins;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.scheduler.ClusterEvent;
import kat.scheduler.ClusterObjects;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodClaims;
import kat.scheduler.PodInfo;

/// Keeps the volumes of a CSI driver on a node below the number that the driver can serve there.
///
/// **Source:** kube-scheduler `nodevolumelimits`.
final class NodeVolumeLimits implements Plugin.Filter {

    static final Kind CSI_NODE = Kinds.builtIn().require("storage.k8s.io/v1", "CSINode");

    private final ClusterObjects objects;
    private final PodClaims claims;

    NodeVolumeLimits(ClusterObjects objects) {
        this.objects = objects;
        this.claims = new PodClaims(objects);
    }

    /// A volume of a driver.
    ///
    /// @param handle by which the driver knows it, or the claim that has none yet
    private record Volume(String driver, String handle) {}

    @Override
    public String name() {
        return "NodeVolumeLimits";
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return switch (event) {
            case NODE_ADDED, POD_LEFT, OBJECT_CHANGED -> true;
            default -> false;
        };
    }

    @Override
    public boolean concerns(PodInfo pod) {
        return PodClaims.hasClaims(pod);
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        Set<Volume> wanted = volumes(pod);
        Map<String, Long> limits = wanted.isEmpty() ? Map.of() : limits(node);
        if (limits.isEmpty()) {
            return Verdict.SUITS;
        }
        Set<Volume> all = new HashSet<>();
        node.pods().forEach(other -> all.addAll(volumes(other)));
        wanted.removeAll(all);
        for (Volume volume : wanted) {
            all.add(volume);
            long count = all.stream().filter(each -> each.driver().equals(volume.driver())).count();
            if (count > limits.getOrDefault(volume.driver(), Long.MAX_VALUE)) {
                return Verdict.notNow("node(s) exceed max volume count");
            }
        }
        return Verdict.SUITS;
    }

    private Map<String, Long> limits(NodeInfo node) {
        KubeObject drivers = objects.get(CSI_NODE, ObjectKey.of("", node.name()));
        Map<String, Long> limits = new HashMap<>();
        if (drivers != null) {
            for (JsonObject driver : drivers.spec().array("drivers").objects()) {
                if (driver.object("allocatable").has("count")) {
                    limits.put(
                            driver.string("name"),
                            driver.object("allocatable").integer("count", 0));
                }
            }
        }
        return limits;
    }

    private Set<Volume> volumes(PodInfo pod) {
        Set<Volume> found = new HashSet<>();
        for (KubeObject volume : claims.volumes(pod)) {
            JsonObject csi = volume.spec().object("csi");
            if (!csi.isEmpty()) {
                found.add(new Volume(csi.string("driver"), csi.string("volumeHandle")));
            }
        }
        for (KubeObject claim : claims.waiting(pod)) {
            found.add(new Volume(claims.provisioner(claim), claim.key().toString()));
        }
        return found;
    }
}
