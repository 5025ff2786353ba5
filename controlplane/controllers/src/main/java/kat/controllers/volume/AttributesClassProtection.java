package kat.controllers.volume;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Index;
import kat.client.Plan;
import kat.controllers.workload.Finalizers;

/// Lets a VolumeAttributesClass that is to be deleted go once no claim and no volume has it.
///
/// **Source:** kube-controller-manager `volume/vacprotection`.
public final class AttributesClassProtection implements Controller {

    private static final Kind CLASS =
            Kinds.builtIn().require("storage.k8s.io/v1", "VolumeAttributesClass");

    private static final String FINALIZER = "kubernetes.io/vac-protection";

    private static final Index CLAIMS_BY_CLASS =
            new Index("attributes classes of claims", AttributesClassProtection::ofClaim);

    private static final Index VOLUMES_BY_CLASS =
            new Index("attributes classes of volumes", AttributesClassProtection::ofVolume);

    @Override
    public String name() {
        return "volumeattributesclass-protection-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(CLASS),
                Watched.secondary(
                        Kinds.PERSISTENT_VOLUME_CLAIM,
                        claim -> keys(ofClaim(claim)),
                        CLAIMS_BY_CLASS),
                Watched.secondary(
                        Kinds.PERSISTENT_VOLUME,
                        volume -> keys(ofVolume(volume)),
                        VOLUMES_BY_CLASS));
    }

    private static List<ObjectKey> keys(List<String> classes) {
        return classes.stream().map(name -> ObjectKey.of("", name)).toList();
    }

    /// That a claim wants, that it has, and that it is on the way to.
    private static List<String> ofClaim(KubeObject claim) {
        List<String> names = new ArrayList<>();
        names.add(claim.spec().string("volumeAttributesClassName"));
        names.add(claim.status().string("currentVolumeAttributesClassName"));
        names.add(
                claim.status()
                        .object("modifyVolumeStatus")
                        .string("targetVolumeAttributesClassName"));
        names.removeIf(String::isEmpty);
        return names;
    }

    private static List<String> ofVolume(KubeObject volume) {
        String name = volume.spec().string("volumeAttributesClassName");
        return name.isEmpty() ? List.of() : List.of(name);
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject found = view.get(CLASS, key);
        boolean waits =
                found != null && found.isDeleting() && found.finalizers().contains(FINALIZER);
        return found != null && waits && isUnused(view, key.name())
                ? Plan.of(Finalizers.without(CLASS, found, FINALIZER))
                : Plan.NOTHING;
    }

    private static boolean isUnused(ClusterView view, String name) {
        return view.indexed(Kinds.PERSISTENT_VOLUME_CLAIM, CLAIMS_BY_CLASS, name).isEmpty()
                && view.indexed(Kinds.PERSISTENT_VOLUME, VOLUMES_BY_CLASS, name).isEmpty();
    }
}
