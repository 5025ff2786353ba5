package kat.scheduler.plugins;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.scheduler.ClusterEvent;
import kat.scheduler.ClusterObjects;
import kat.scheduler.NodeAffinityTerms;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;
import org.jspecify.annotations.Nullable;

/// Lets pods wait for their claims, and puts them where their volumes can be reached.
///
/// Not yet here: choosing volumes for claims that wait for their first consumer; such claims do not
/// hold a pod back.
///
/// **Source:** kube-scheduler `volumebinding`.
final class VolumeBinding implements Plugin.Filter, Plugin.Condition {

    private static final Kind STORAGE_CLASS =
            Kinds.builtIn().require("storage.k8s.io/v1", "StorageClass");

    private final ClusterObjects objects;

    VolumeBinding(ClusterObjects objects) {
        this.objects = objects;
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
            String name = claimName(pod, volume);
            if (name.isEmpty()) {
                continue;
            }
            KubeObject claim = claim(pod, name);
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
            unbound |= claim.spec().string("volumeName").isEmpty() && !waits(claim);
        }
        return unbound ? "pod has unbound immediate PersistentVolumeClaims" : null;
    }

    private static String claimName(PodInfo pod, JsonObject volume) {
        return volume.has("ephemeral")
                ? pod.object().name() + "-" + volume.string("name")
                : volume.object("persistentVolumeClaim").string("claimName");
    }

    private @Nullable KubeObject claim(PodInfo pod, String name) {
        return objects.get(
                Kinds.PERSISTENT_VOLUME_CLAIM, ObjectKey.of(pod.object().namespace(), name));
    }

    private boolean waits(KubeObject claim) {
        String name = claim.spec().string("storageClassName");
        KubeObject found = objects.get(STORAGE_CLASS, ObjectKey.of("", name));
        return found != null
                && found.tree().string("volumeBindingMode").equals("WaitForFirstConsumer");
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        for (KubeObject volume : volumes(pod)) {
            JsonObject required = volume.spec().at("nodeAffinity", "required");
            if (!required.isEmpty()
                    && !NodeAffinityTerms.ofSelector(required)
                            .demandsMet(node.labels(), node.name())) {
                return Verdict.never("node(s) didn't match PersistentVolume's node affinity");
            }
        }
        return Verdict.SUITS;
    }

    private List<KubeObject> volumes(PodInfo pod) {
        List<KubeObject> found = new ArrayList<>();
        for (JsonObject volume : pod.object().spec().array("volumes").objects()) {
            String name = claimName(pod, volume);
            KubeObject claim = name.isEmpty() ? null : claim(pod, name);
            String bound = claim == null ? "" : claim.spec().string("volumeName");
            KubeObject object =
                    bound.isEmpty()
                            ? null
                            : objects.get(Kinds.PERSISTENT_VOLUME, ObjectKey.of("", bound));
            if (object != null) {
                found.add(object);
            }
        }
        return found;
    }
}
