package kat.scheduler.plugins;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.scheduler.ClusterEvent;
import kat.scheduler.ClusterObjects;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodClaims;
import kat.scheduler.PodInfo;

/// Keeps two pods from volumes that only one may have: disks that a machine mounts once, and claims
/// with the access mode `ReadWriteOncePod`.
///
/// **Source:** kube-scheduler `volumerestrictions`.
final class VolumeRestrictions implements Plugin.Filter {

    private static final String DISK = "node(s) had no available disk";
    private static final String ONE_POD =
            "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode"
                    + " already in-use by another pod";

    private final PodClaims claims;

    VolumeRestrictions(ClusterObjects objects) {
        this.claims = new PodClaims(objects);
    }

    @Override
    public String name() {
        return "VolumeRestrictions";
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
        return PodClaims.hasClaims(pod)
                || volumes(pod).stream().anyMatch(VolumeRestrictions::needsCheck);
    }

    @Override
    public Filter prepareFilter(PodInfo pod, List<NodeInfo> nodes) {
        Set<String> alone = new HashSet<>();
        for (JsonObject volume : volumes(pod)) {
            String name = volume.object("persistentVolumeClaim").string("claimName");
            KubeObject claim = name.isEmpty() ? null : claims.claim(pod, name);
            if (claim != null
                    && claim.spec().array("accessModes").strings().contains("ReadWriteOncePod")) {
                alone.add(name);
            }
        }
        boolean taken =
                !alone.isEmpty()
                        && nodes.stream()
                                .flatMap(node -> node.pods().stream())
                                .anyMatch(other -> uses(other, pod, alone));
        return taken ? new Taken() : this;
    }

    private static boolean uses(PodInfo other, PodInfo pod, Set<String> claims) {
        return other.object().namespace().equals(pod.object().namespace())
                && volumes(other).stream()
                        .map(volume -> volume.object("persistentVolumeClaim").string("claimName"))
                        .anyMatch(claims::contains);
    }

    private static List<JsonObject> volumes(PodInfo pod) {
        return pod.object().spec().array("volumes").objects();
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        for (JsonObject volume : volumes(pod)) {
            for (PodInfo other : needsCheck(volume) ? node.pods() : List.<PodInfo>of()) {
                if (volumes(other).stream().anyMatch(theirs -> clash(volume, theirs))) {
                    return Verdict.notNow(DISK);
                }
            }
        }
        return Verdict.SUITS;
    }

    private static boolean needsCheck(JsonObject volume) {
        return volume.has("gcePersistentDisk")
                || volume.has("awsElasticBlockStore")
                || volume.has("rbd")
                || volume.has("iscsi");
    }

    private static boolean clash(JsonObject mine, JsonObject theirs) {
        JsonObject rbd = mine.object("rbd");
        JsonObject otherRbd = theirs.object("rbd");
        boolean sameImage =
                rbd.string("pool", "rbd").equals(otherRbd.string("pool", "rbd"))
                        && rbd.string("image").equals(otherRbd.string("image"))
                        && !Collections.disjoint(
                                rbd.array("monitors").strings(),
                                otherRbd.array("monitors").strings());
        return (same(mine, theirs, "gcePersistentDisk", "pdName")
                        && !bothRead(mine, theirs, "gcePersistentDisk"))
                || same(mine, theirs, "awsElasticBlockStore", "volumeID")
                || (same(mine, theirs, "iscsi", "iqn") && !bothRead(mine, theirs, "iscsi"))
                || (sameImage && !bothRead(mine, theirs, "rbd"));
    }

    private static boolean same(JsonObject mine, JsonObject theirs, String source, String field) {
        String name = mine.object(source).string(field);
        return mine.has(source)
                && theirs.has(source)
                && name.equals(theirs.object(source).string(field));
    }

    private static boolean bothRead(JsonObject mine, JsonObject theirs, String source) {
        return mine.object(source).bool("readOnly") && theirs.object(source).bool("readOnly");
    }

    /// The filter for a pod whose claim another pod has: no node suits until that one goes.
    private record Taken() implements Filter {

        @Override
        public String name() {
            return "VolumeRestrictions";
        }

        @Override
        public boolean mayHelp(ClusterEvent event) {
            return event == ClusterEvent.POD_LEFT;
        }

        @Override
        public Verdict filter(PodInfo pod, NodeInfo node) {
            return Verdict.notNow(ONE_POD);
        }
    }
}
