package kat.controllers.volume;

import java.time.Instant;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;
import kat.controllers.workload.Finalizers;

/// Lets a PersistentVolume that is to be deleted go once it is not bound.
///
/// **Source:** kube-controller-manager `volume/pvprotection`.
public final class VolumeProtection implements Controller {

    private static final String FINALIZER = "kubernetes.io/pv-protection";

    @Override
    public String name() {
        return "pv-protection-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(Watched.primary(Kinds.PERSISTENT_VOLUME));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject volume = view.get(Kinds.PERSISTENT_VOLUME, key);
        boolean free =
                volume != null
                        && volume.isDeleting()
                        && volume.finalizers().contains(FINALIZER)
                        && !volume.status().string("phase").equals("Bound");
        return volume != null && free
                ? Plan.of(Finalizers.without(Kinds.PERSISTENT_VOLUME, volume, FINALIZER))
                : Plan.NOTHING;
    }
}
