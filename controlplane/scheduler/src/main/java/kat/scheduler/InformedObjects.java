package kat.scheduler;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.device.PodDeviceClaim;
import kat.client.Informers;
import org.jspecify.annotations.Nullable;

/// [ClusterObjects] as informers see them; claims for devices as the scheduler left them.
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

    /// What devices there are.
    static final List<Kind> DEVICES = List.of(DeviceKinds.SLICE, DeviceKinds.CLASS);

    /// Kinds that decisions look at, whose changes help nobody.
    static final List<Kind> LOOKED_UP =
            List.of(
                    Kinds.SERVICE,
                    Kinds.REPLICA_SET,
                    Kinds.STATEFUL_SET,
                    Kinds.REPLICATION_CONTROLLER);

    /// What must be known before anything is decided.
    static List<Kind> awaited() {
        List<Kind> awaited = new ArrayList<>(KINDS);
        awaited.addAll(DEVICES);
        awaited.add(PodDeviceClaim.KIND);
        return awaited;
    }

    private final Informers informers;
    private final AssumedClaims assumed;

    InformedObjects(Informers informers, AssumedClaims assumed) {
        this.informers = informers;
        this.assumed = assumed;
    }

    @Override
    public @Nullable KubeObject get(Kind kind, ObjectKey key) {
        KubeObject seen = informers.get(kind, key);
        return kind.equals(PodDeviceClaim.KIND) ? assumed.latest(key, seen) : seen;
    }

    @Override
    public List<KubeObject> list(Kind kind, String namespace) {
        List<KubeObject> seen = informers.list(kind, namespace);
        return kind.equals(PodDeviceClaim.KIND) ? assumed.latest(seen) : seen;
    }

    @Override
    public boolean isBeingAllotted(KubeObject claim) {
        return assumed.isBeingAllotted(claim);
    }
}
