package kat.controllers.volume;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.storage.VolumeFit;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Index;
import kat.client.Plan;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// Binds claims to volumes that exist, and tells what became of volumes whose claim is gone.
///
/// Both sides must name each other: first the volume is given the claim's reference, then the
/// claim the volume's name; a step that was missed is made up for from what the other side
/// says.
///
/// Volumes are made and removed by their provisioners, such as [LocalVolumes]; a claim is told
/// which one is to serve it.
///
/// **Source:** kube-controller-manager `volume/persistentvolume/pv_controller.go`.
public final class VolumeBinder implements Controller {

    private static final Kind CLAIM = Kinds.PERSISTENT_VOLUME_CLAIM;
    private static final Kind VOLUME = Kinds.PERSISTENT_VOLUME;
    private static final Kind STORAGE_CLASS =
            Kinds.builtIn().require("storage.k8s.io/v1", "StorageClass");
    private static final String BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
    private static final String SERVED_BY = "volume.kubernetes.io/storage-provisioner";
    private static final String SERVED_BY_IN_BETA = "volume.beta.kubernetes.io/storage-provisioner";
    private static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";
    private static final String LOST_VOLUME =
            "Bound claim has lost its PersistentVolume. Data on the volume is lost!";
    private static final String LOST_REFERENCE =
            "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!";
    private static final String MISBOUND =
            "Two claims are bound to the same volume, this one is bound incorrectly";
    private static final String BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
    private static final String CURRENT_CLASS = "currentVolumeAttributesClassName";
    static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

    /// Claims by the volume that they name; by an empty name those that name none.
    private static final Index BY_VOLUME =
            new Index("volume of a claim", claim -> List.of(claim.spec().string("volumeName")));

    @Override
    public String name() {
        return "persistentvolume-controller";
    }

    @Override
    public String account() {
        return "persistent-volume-binder";
    }

    /// Keys without a namespace are volumes, others claims.
    @Override
    public List<Watched> watches() {
        return List.of(
                new Watched(CLAIM, List.of(BY_VOLUME), VolumeBinder::ofClaim),
                new Watched(VOLUME, List.of(), VolumeBinder::ofVolume),
                new Watched(Kinds.POD, List.of(ClaimProtection.BY_CLAIM), VolumeBinder::ofPod),
                Watched.readOnly(STORAGE_CLASS));
    }

    /// A claim whose first pod comes tells for which pod it waits; a volume that a pod empties
    /// waits for the pod's end.
    private static Collection<ObjectKey> ofPod(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        ObjectKey pod = Objects.requireNonNull(after != null ? after : before).key();
        String emptied = Recycler.volumeOf(pod);
        if (!emptied.isEmpty()) {
            return List.of(ObjectKey.of("", emptied));
        }
        return before == null && after != null && Pods.node(after).isEmpty()
                ? ClaimProtection.claims(after)
                : List.of();
    }

    private static Collection<ObjectKey> ofClaim(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject claim = Objects.requireNonNull(after != null ? after : before);
        String volume = claim.spec().string("volumeName");
        return volume.isEmpty()
                ? List.of(claim.key())
                : List.of(claim.key(), ObjectKey.of("", volume));
    }

    /// A claim that names the volume may wait for it: to appear, to grow or to be given free.
    private static Collection<ObjectKey> ofVolume(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject volume = Objects.requireNonNull(after != null ? after : before);
        List<ObjectKey> keys = new ArrayList<>(List.of(volume.key()));
        JsonObject claim = volume.spec().object("claimRef");
        if (!claim.isEmpty()) {
            keys.add(ObjectKey.of(claim.string("namespace"), claim.string("name")));
        } else if (after != null) {
            keys.addAll(claims(view, ""));
        }
        keys.addAll(claims(view, volume.name()));
        return keys;
    }

    private static List<ObjectKey> claims(ClusterView view, String volume) {
        return view.indexed(CLAIM, BY_VOLUME, volume).stream().map(KubeObject::key).toList();
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        if (key.namespace().isEmpty()) {
            KubeObject volume = view.get(VOLUME, key);
            return volume == null ? Plan.NOTHING : volume(view, volume, now);
        }
        KubeObject claim = view.get(CLAIM, key);
        if (claim == null) {
            return Plan.NOTHING;
        }
        String named = claim.spec().string("volumeName");
        if (!named.isEmpty()) {
            return bound(view, claim, named);
        }
        return claim.annotation(BIND_COMPLETED).isEmpty()
                ? unbound(view, claim)
                : lost(claim, "ClaimLost", LOST_REFERENCE);
    }

    private static Plan volume(ClusterView view, KubeObject volume, Instant now) {
        JsonObject reference = volume.spec().object("claimRef");
        String phase = "Available";
        if (!reference.string("uid").isEmpty()) {
            ObjectKey key = ObjectKey.of(reference.string("namespace"), reference.string("name"));
            KubeObject claim = view.get(CLAIM, key);
            boolean lives = claim != null && claim.uid().equals(reference.string("uid"));
            boolean mutual =
                    lives
                            && Objects.requireNonNull(claim)
                                    .spec()
                                    .string("volumeName")
                                    .equals(volume.name());
            phase = !lives ? "Released" : mutual ? "Bound" : volume.status().string("phase");
        }
        String present = volume.status().string("phase");
        // That it could not be reclaimed stays to be seen.
        if (phase.equals("Released") && (present.equals(phase) || present.equals("Failed"))) {
            return Reclaim.of(view, volume, now);
        }
        if (phase.isEmpty() || phase.equals(present)) {
            return Plan.NOTHING;
        }
        String next = phase;
        KubeObject told = volume.withStatus(s -> s.without("message").with("phase", next));
        return Plan.of(Change.Update.status(VOLUME, told));
    }

    private static Plan unbound(ClusterView view, KubeObject claim) {
        if (claim.isDeleting()) {
            return Plan.NOTHING;
        }
        KubeObject chosen = choose(view, claim);
        KubeObject storage =
                view.get(STORAGE_CLASS, ObjectKey.of("", VolumeFit.classOf(claim.tree())));
        boolean waits =
                storage != null
                        && storage.tree().string("volumeBindingMode").equals("WaitForFirstConsumer")
                        && claim.annotation(SELECTED_NODE).isEmpty();
        if (chosen != null && (!waits || isFor(chosen, claim))) {
            Plan.Builder plan = Plan.builder();
            if (!isFor(chosen, claim) || chosen.spec().object("claimRef").string("uid").isEmpty()) {
                plan.add(Change.Update.object(VOLUME, reserved(chosen, claim)));
            }
            return plan.add(Change.Update.object(CLAIM, named(claim, chosen))).build();
        }
        Plan.Builder plan = Plan.builder();
        if (!claim.status().string("phase").equals("Pending")) {
            plan.add(
                    Change.Update.status(CLAIM, claim.withStatus(s -> s.with("phase", "Pending"))));
        }
        if (storage != null && !waits && !isServed(claim, storage)) {
            return plan.add(Change.Update.object(CLAIM, servedBy(claim, storage))).build();
        }
        return plan.add(waits ? waitingForPod(view, claim) : waiting(claim, storage)).build();
    }

    private static Change waitingForPod(ClusterView view, KubeObject claim) {
        List<String> pods = new ArrayList<>();
        for (KubeObject pod :
                view.indexed(Kinds.POD, ClaimProtection.BY_CLAIM, claim.key().toString())) {
            if (Pods.node(pod).isEmpty() && !Pods.hasEnded(pod)) {
                pods.add(pod.name());
            }
        }
        if (pods.isEmpty()) {
            return Change.Emit.normal(
                    claim,
                    "WaitForFirstConsumer",
                    "waiting for first consumer to be created before binding");
        }
        Collections.sort(pods);
        String names = (pods.size() > 1 ? "pods " : "pod ") + String.join(",", pods);
        return Change.Emit.normal(
                claim, "WaitForPodScheduled", "waiting for " + names + " to be scheduled");
    }

    private static boolean isServed(KubeObject claim, KubeObject storage) {
        String provisioner = storage.tree().string("provisioner");
        return provisioner.equals(NO_PROVISIONER)
                || claim.annotation(SERVED_BY).equals(provisioner);
    }

    private static KubeObject servedBy(KubeObject claim, KubeObject storage) {
        Json provisioner = Json.of(storage.tree().string("provisioner"));
        return claim.withMetadata(
                m ->
                        m.withAt(provisioner, "annotations", SERVED_BY)
                                .withAt(provisioner, "annotations", SERVED_BY_IN_BETA));
    }

    private static Change waiting(KubeObject claim, @Nullable KubeObject storage) {
        String name = VolumeFit.classOf(claim.tree());
        if (name.isEmpty()) {
            return Change.Emit.normal(
                    claim,
                    "FailedBinding",
                    "no persistent volumes available for this claim and no storage class is set");
        }
        if (storage == null) {
            return Change.Emit.warning(
                    claim,
                    "ProvisioningFailed",
                    "storageclass.storage.k8s.io \"" + name + "\" not found");
        }
        String provisioner = storage.tree().string("provisioner");
        return Change.Emit.normal(
                claim,
                "ExternalProvisioning",
                "Waiting for a volume to be created either by the external provisioner '"
                        + provisioner
                        + "' or manually by the system administrator. If volume creation is"
                        + " delayed, please verify that the provisioner is running and correctly"
                        + " registered.");
    }

    private static boolean isFor(KubeObject volume, KubeObject claim) {
        JsonObject reference = volume.spec().object("claimRef");
        String uid = reference.string("uid");
        return reference.string("name").equals(claim.name())
                && reference.string("namespace").equals(claim.namespace())
                && (uid.isEmpty() || uid.equals(claim.uid()));
    }

    /// The volume that names the claim already, or else the smallest that fits.
    private static @Nullable KubeObject choose(ClusterView view, KubeObject claim) {
        List<KubeObject> fitting = new ArrayList<>();
        for (KubeObject volume : view.list(VOLUME, "")) {
            if (isFor(volume, claim) && VolumeFit.fitsReserved(volume, claim)) {
                return volume;
            }
            if (!volume.spec().has("claimRef") && VolumeFit.fits(volume, claim)) {
                fitting.add(volume);
            }
        }
        fitting.sort(VolumeFit.SMALLEST_FIRST);
        return fitting.isEmpty() ? null : fitting.getFirst();
    }

    private static KubeObject reserved(KubeObject volume, KubeObject claim) {
        JsonObject reference =
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "PersistentVolumeClaim")
                        .put("namespace", claim.namespace())
                        .put("name", claim.name())
                        .put("uid", claim.uid())
                        .put("resourceVersion", claim.resourceVersion())
                        .build();
        boolean byHand = volume.spec().has("claimRef");
        KubeObject named = volume.withSpec(spec -> spec.with("claimRef", reference));
        return byHand ? named : annotated(named, BOUND_BY_CONTROLLER);
    }

    private static KubeObject named(KubeObject claim, KubeObject volume) {
        KubeObject bound = claim.withSpec(spec -> spec.with("volumeName", volume.name()));
        return annotated(annotated(bound, BOUND_BY_CONTROLLER), BIND_COMPLETED);
    }

    private static KubeObject annotated(KubeObject object, String annotation) {
        return object.withMetadata(m -> m.withAt(Json.of("yes"), "annotations", annotation));
    }

    private static Plan bound(ClusterView view, KubeObject claim, String named) {
        KubeObject volume = view.get(VOLUME, ObjectKey.of("", named));
        boolean completed = !claim.annotation(BIND_COMPLETED).isEmpty();
        if (volume == null) {
            return completed ? lost(claim, "ClaimLost", LOST_VOLUME) : waits(claim, List.of());
        }
        JsonObject reference = volume.spec().object("claimRef");
        String misfit = VolumeFit.misfit(volume, claim);
        if (reference.isEmpty() && !completed && misfit != null) {
            String message = "Cannot bind to requested volume \"" + named + "\": " + misfit;
            return waits(claim, List.of(Change.Emit.warning(claim, "VolumeMismatch", message)));
        }
        if (reference.isEmpty() || (isFor(volume, claim) && reference.string("uid").isEmpty())) {
            return Plan.of(Change.Update.object(VOLUME, reserved(volume, claim)));
        }
        if (!isFor(volume, claim)) {
            String message = "volume \"" + named + "\" already bound to a different claim.";
            return completed
                    ? lost(claim, "ClaimMisbound", MISBOUND)
                    : waits(claim, List.of(Change.Emit.warning(claim, "FailedBinding", message)));
        }
        if (!completed) {
            return Plan.of(Change.Update.object(CLAIM, annotated(claim, BIND_COMPLETED)));
        }
        Plan told = phase(claim, with(claim, volume));
        // A driver's volume has grown only when its resizer or the node says so.
        if (volume.spec().has("csi") && isBound(claim) && wantsMore(claim)) {
            Change waiting =
                    Change.Emit.normal(
                            claim,
                            "ExternalExpanding",
                            "waiting for an external controller to expand this PVC");
            return Plan.builder().addAll(told.changes()).add(waiting).build();
        }
        return told;
    }

    private static Plan waits(KubeObject claim, List<Change> told) {
        Plan plan = phase(claim, without(claim, false));
        return Plan.builder().addAll(plan.changes()).addAll(told).build();
    }

    /// Told once, when the claim loses its volume.
    private static Plan lost(KubeObject claim, String reason, String message) {
        Plan plan = phase(claim, without(claim, true));
        return claim.status().string("phase").equals("Lost")
                ? plan
                : Plan.builder()
                        .addAll(plan.changes())
                        .add(Change.Emit.warning(claim, reason, message))
                        .build();
    }

    private static boolean wantsMore(KubeObject claim) {
        String wanted = claim.spec().at("resources", "requests").string("storage");
        String present = claim.status().object("capacity").string("storage");
        return !wanted.isEmpty()
                && !present.isEmpty()
                && Quantity.parse(wanted).compareTo(Quantity.parse(present)) > 0;
    }

    private static boolean isBound(KubeObject claim) {
        return claim.status().string("phase").equals("Bound");
    }

    /// The status of a claim that has no volume, or none any more.
    private static JsonObject without(KubeObject claim, boolean lost) {
        return claim.status()
                .without("accessModes")
                .without("capacity")
                .without(CURRENT_CLASS)
                .with("phase", lost ? "Lost" : "Pending");
    }

    /// The status of a claim that has its volume. Size and class are told when it gets it;
    /// later they are the business of who makes it larger or changes its class.
    private static JsonObject with(KubeObject claim, KubeObject volume) {
        JsonObject status = claim.status().with("accessModes", volume.spec().array("accessModes"));
        if (isBound(claim)) {
            return status;
        }
        JsonObject bound =
                status.with("phase", "Bound").with("capacity", volume.spec().object("capacity"));
        String attributes = volume.spec().string("volumeAttributesClassName");
        return attributes.isEmpty()
                ? bound.without(CURRENT_CLASS)
                : bound.with(CURRENT_CLASS, attributes);
    }

    private static Plan phase(KubeObject claim, JsonObject status) {
        return status.equals(claim.status())
                ? Plan.NOTHING
                : Plan.of(Change.Update.status(CLAIM, claim.withStatus(_ -> status)));
    }
}
