package kat.scheduler;

import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.client.Informers;
import org.jspecify.annotations.Nullable;

/// [ClusterObjects] as informers see them.
final class InformedObjects implements ClusterObjects {

    /// Kinds whose changes may help a pod that waits.
    static final List<Kind> KINDS =
            List.of(
                    Kinds.NAMESPACE,
                    Kinds.PERSISTENT_VOLUME,
                    Kinds.PERSISTENT_VOLUME_CLAIM,
                    Kinds.POD_DISRUPTION_BUDGET,
                    Kinds.builtIn().require("storage.k8s.io/v1", "CSINode"),
                    StorageCapacity.DRIVER,
                    StorageCapacity.CAPACITY,
                    Kinds.builtIn().require("storage.k8s.io/v1", "StorageClass"));

    /// Kinds that decisions look at, whose changes help nobody.
    static final List<Kind> LOOKED_UP =
            List.of(
                    Kinds.SERVICE,
                    Kinds.REPLICA_SET,
                    Kinds.STATEFUL_SET,
                    Kinds.REPLICATION_CONTROLLER);

    private final Informers informers;

    InformedObjects(Informers informers) {
        this.informers = informers;
    }

    @Override
    public @Nullable KubeObject get(Kind kind, ObjectKey key) {
        return informers.get(kind, key);
    }

    @Override
    public List<KubeObject> list(Kind kind, String namespace) {
        return informers.list(kind, namespace);
    }
}
