package kat.scheduler;

import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// What the scheduler writes about claims and volumes.
final class ClaimWrites {

    private static final String BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";

    private ClaimWrites() {}

    /// A volume that is kept for a claim.
    static KubeObject reserved(KubeObject volume, KubeObject claim) {
        JsonObject reference =
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "PersistentVolumeClaim")
                        .put("namespace", claim.namespace())
                        .put("name", claim.name())
                        .put("uid", claim.uid())
                        .put("resourceVersion", claim.resourceVersion())
                        .build();
        return volume.withSpec(spec -> spec.with("claimRef", reference))
                .withMetadata(m -> m.withAt(Json.of("yes"), "annotations", BOUND_BY_CONTROLLER));
    }

    /// A claim that tells its provisioner where its first pod will be.
    static KubeObject selected(KubeObject claim, String node) {
        return claim.withMetadata(
                m -> m.withAt(Json.of(node), "annotations", PodClaims.SELECTED_NODE));
    }
}
