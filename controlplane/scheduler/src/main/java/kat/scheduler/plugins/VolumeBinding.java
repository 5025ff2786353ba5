package kat.scheduler.plugins;

import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.scheduler.ClusterEvent;
import kat.scheduler.ClusterObjects;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodClaims;
import kat.scheduler.PodInfo;
import org.jspecify.annotations.Nullable;

/// Lets pods wait for their claims, and puts them where their volumes can be reached, or can be
/// made.
///
/// **Source:** kube-scheduler `volumebinding`.
final class VolumeBinding implements Plugin.Filter, Plugin.Condition {

    private final PodClaims claims;

    VolumeBinding(ClusterObjects objects) {
        this.claims = new PodClaims(objects);
    }

    @Override
    public String name() {
        return "VolumeBinding";
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return switch (event) {
            case NODE_ADDED, NODE_LABELS_CHANGED, OBJECT_CHANGED -> true;
            default -> false;
        };
    }

    @Override
    public @Nullable String objection(PodInfo pod) {
        boolean unbound = false;
        for (JsonObject volume : pod.object().spec().array("volumes").objects()) {
            String name = PodClaims.name(pod, volume);
            if (name.isEmpty()) {
                continue;
            }
            KubeObject claim = claims.claim(pod, name);
            if (claim == null) {
                return volume.has("ephemeral")
                        ? "waiting for ephemeral volume controller to create the"
                                + " persistentvolumeclaim \""
                                + name
                                + "\""
                        : "persistentvolumeclaim \"" + name + "\" not found";
            }
            if (claim.isDeleting()) {
                return "persistentvolumeclaim \"" + name + "\" is being deleted";
            }
            unbound |= claim.spec().string("volumeName").isEmpty() && !claims.waits(claim);
        }
        return unbound ? "pod has unbound immediate PersistentVolumeClaims" : null;
    }

    @Override
    public boolean concerns(PodInfo pod) {
        return PodClaims.hasClaims(pod);
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        for (KubeObject volume : claims.volumes(pod)) {
            if (!PodClaims.isReachable(volume, node)) {
                return Verdict.never("node(s) didn't match PersistentVolume's node affinity");
            }
        }
        String objection = claims.choose(pod, node).objection();
        return objection == null ? Verdict.SUITS : Verdict.never(objection);
    }
}
