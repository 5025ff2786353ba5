package kat.controllers.volume;

import java.time.Instant;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;
import kat.controllers.workload.Pods;

/// Makes the claims of generic ephemeral volumes: one for each such volume of a pod, named after
/// both and owned by the pod, so that it goes when the pod goes.
///
/// **Source:** kube-controller-manager `volume/ephemeral/controller.go`.
public final class EphemeralClaims implements Controller {

    @Override
    public String name() {
        return "ephemeral_volume";
    }

    @Override
    public String account() {
        return "ephemeral-volume-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.POD),
                Watched.secondary(
                        Kinds.PERSISTENT_VOLUME_CLAIM,
                        claim -> {
                            OwnerReference owner = claim.controller();
                            return owner != null && owner.kind().equals("Pod")
                                    ? List.of(ObjectKey.of(claim.namespace(), owner.name()))
                                    : List.of();
                        }));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject pod = view.get(Kinds.POD, key);
        if (pod == null || !Pods.isActive(pod)) {
            return Plan.NOTHING;
        }
        Plan.Builder plan = Plan.builder();
        for (JsonObject volume : pod.spec().array("volumes").objects()) {
            if (volume.has("ephemeral")) {
                add(view, pod, volume, plan);
            }
        }
        return plan.build();
    }

    private static void add(
            ClusterView view, KubeObject pod, JsonObject volume, Plan.Builder plan) {
        String name = pod.name() + "-" + volume.string("name");
        KubeObject present =
                view.get(Kinds.PERSISTENT_VOLUME_CLAIM, ObjectKey.of(pod.namespace(), name));
        if (present == null) {
            plan.add(new Change.Create(Kinds.PERSISTENT_VOLUME_CLAIM, claim(pod, volume, name)));
            return;
        }
        OwnerReference owner = present.controller();
        if (owner == null || !owner.uid().equals(pod.uid())) {
            plan.add(
                    Change.Emit.warning(
                            pod,
                            "FailedBinding",
                            "ephemeral volume "
                                    + volume.string("name")
                                    + ": PVC "
                                    + present.key()
                                    + " was not created for pod "
                                    + pod.key()
                                    + " (pod is not owner)"));
        }
    }

    private static KubeObject claim(KubeObject pod, JsonObject volume, String name) {
        JsonObject template = volume.at("ephemeral", "volumeClaimTemplate");
        JsonObject.Builder metadata =
                JsonObject.builder()
                        .put("name", name)
                        .put("namespace", pod.namespace())
                        .put(
                                "ownerReferences",
                                JsonArray.of(OwnerReference.controlledBy(pod).toJson()));
        for (String copied : List.of("labels", "annotations")) {
            JsonObject values = template.object("metadata").object(copied);
            if (!values.isEmpty()) {
                metadata.put(copied, values);
            }
        }
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "PersistentVolumeClaim")
                        .put("metadata", metadata.build())
                        .put("spec", template.object("spec"))
                        .build());
    }
}
