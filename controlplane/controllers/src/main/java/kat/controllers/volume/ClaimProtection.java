package kat.controllers.volume;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Index;
import kat.client.Plan;
import kat.controllers.workload.Finalizers;
import kat.controllers.workload.Pods;

/// Lets a PersistentVolumeClaim that is to be deleted go once no pod uses it.
///
/// **Source:** kube-controller-manager `volume/pvcprotection`.
public final class ClaimProtection implements Controller {

    private static final String FINALIZER = "kubernetes.io/pvc-protection";

    /// Pods by the claims that they use.
    static final Index BY_CLAIM =
            new Index("claims", pod -> claims(pod).stream().map(ObjectKey::toString).toList());

    @Override
    public String name() {
        return "pvc-protection-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.PERSISTENT_VOLUME_CLAIM),
                Watched.secondary(Kinds.POD, ClaimProtection::claims, BY_CLAIM));
    }

    static List<ObjectKey> claims(KubeObject pod) {
        List<ObjectKey> keys = new ArrayList<>();
        for (JsonObject volume : pod.spec().array("volumes").objects()) {
            if (volume.has("persistentVolumeClaim")) {
                String name = volume.object("persistentVolumeClaim").string("claimName");
                keys.add(ObjectKey.of(pod.namespace(), name));
            } else if (volume.has("ephemeral")) {
                String name = pod.name() + "-" + volume.string("name");
                keys.add(ObjectKey.of(pod.namespace(), name));
            }
        }
        return keys;
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject claim = view.get(Kinds.PERSISTENT_VOLUME_CLAIM, key);
        if (claim == null || !claim.isDeleting() || !claim.finalizers().contains(FINALIZER)) {
            return Plan.NOTHING;
        }
        for (KubeObject pod : view.indexed(Kinds.POD, BY_CLAIM, key.toString())) {
            if (!Pods.node(pod).isEmpty() && !Pods.hasEnded(pod)) {
                return Plan.NOTHING;
            }
        }
        return Plan.of(Finalizers.without(Kinds.PERSISTENT_VOLUME_CLAIM, claim, FINALIZER));
    }
}
