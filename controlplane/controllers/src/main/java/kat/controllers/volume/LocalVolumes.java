package kat.controllers.volume;

import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.storage.VolumeFit;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Plan;
import org.jspecify.annotations.Nullable;

/// Makes a volume for each claim of a class that this provisioner serves: a folder on the node that
/// the scheduler chose for the claim's first pod. Removes folder and volume when the claim is gone
/// and the volume's policy is `Delete`; lets volumes grow with their claims, since a folder has no
/// size of its own. A volume of type `hostPath` below `/tmp` that nobody provisioned is removed in
/// the same way, as kube-controller-manager does.
///
/// Events have the words of `external-provisioner`, so that people find them where they look.
public final class LocalVolumes implements Controller {

    /// What a StorageClass names as its provisioner.
    public static final String PROVISIONER = "kat.dev/local";

    private static final Kind CLAIM = Kinds.PERSISTENT_VOLUME_CLAIM;
    private static final Kind VOLUME = Kinds.PERSISTENT_VOLUME;
    private static final Kind STORAGE_CLASS =
            Kinds.builtIn().require("storage.k8s.io/v1", "StorageClass");
    private static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
    private static final String HOST = "kubernetes.io/hostname";

    /// Phases of a volume whose claim is gone.
    private static final Set<String> OVER = Set.of("Released", "Failed");

    private final String root;
    private final VolumeFolders folders;

    /// @param root folder that holds the folders of all volumes
    public LocalVolumes(String root, VolumeFolders folders) {
        this.root = root;
        this.folders = folders;
    }

    @Override
    public String name() {
        return PROVISIONER;
    }

    @Override
    public String account() {
        return "persistent-volume-binder";
    }

    /// Keys without a namespace are volumes, others claims.
    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(CLAIM),
                new Watched(VOLUME, List.of(), LocalVolumes::ofVolume),
                new Watched(STORAGE_CLASS, List.of(), (view, _, _) -> keys(view)),
                Watched.readOnly(Kinds.NODE));
    }

    private static Collection<ObjectKey> keys(ClusterView view) {
        return view.list(CLAIM, "").stream()
                .filter(claim -> claim.spec().string("volumeName").isEmpty())
                .map(KubeObject::key)
                .toList();
    }

    private static Collection<ObjectKey> ofVolume(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject volume = Objects.requireNonNull(after != null ? after : before);
        JsonObject claim = volume.spec().object("claimRef");
        return claim.isEmpty()
                ? List.of(volume.key())
                : List.of(
                        volume.key(),
                        ObjectKey.of(claim.string("namespace"), claim.string("name")));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        if (key.namespace().isEmpty()) {
            KubeObject volume = view.get(VOLUME, key);
            return volume == null ? Plan.NOTHING : reclaim(volume);
        }
        KubeObject claim = view.get(CLAIM, key);
        if (claim == null || claim.isDeleting()) {
            return Plan.NOTHING;
        }
        String bound = claim.spec().string("volumeName");
        return bound.isEmpty() ? provision(view, claim) : grow(view, claim, bound);
    }

    private static boolean isMine(KubeObject volume) {
        return volume.annotation(PROVISIONED_BY).equals(PROVISIONER);
    }

    private Plan reclaim(KubeObject volume) {
        JsonObject spec = volume.spec();
        boolean over =
                OVER.contains(volume.status().string("phase"))
                        && spec.string("persistentVolumeReclaimPolicy").equals("Delete");
        String path = spec.object("hostPath").string("path");
        if (!over || volume.isDeleting() || !isToBeRemoved(volume, path)) {
            return Plan.NOTHING;
        }
        try {
            folders.remove(path);
        } catch (UncheckedIOException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            String why = "deleting " + path + ": " + cause.getMessage();
            Plan failed = Reclaim.failed(volume, "VolumeFailedDelete", why);
            return Plan.builder().addAll(failed.changes()).requeueAfter(Reclaim.LOOK_AGAIN).build();
        }
        return Plan.of(new Change.Delete(VOLUME, volume.key(), DeleteOptions.of(volume.uid())));
    }

    private boolean isToBeRemoved(KubeObject volume, String path) {
        return isMine(volume)
                ? path.startsWith(root + "/")
                : Reclaim.isOfNobody(volume) && Reclaim.isTemporary(path);
    }

    private static Plan grow(ClusterView view, KubeObject claim, String bound) {
        KubeObject volume = view.get(VOLUME, ObjectKey.of("", bound));
        String wanted = claim.spec().at("resources", "requests").string("storage");
        if (volume == null || !isMine(volume) || wanted.isEmpty()) {
            return Plan.NOTHING;
        }
        Quantity size = Quantity.parse(wanted);
        List<Change> changes = new ArrayList<>();
        if (size.compareTo(Quantity.parse(size(volume.spec()))) > 0) {
            changes.add(
                    Change.Update.object(
                            VOLUME,
                            volume.withSpec(
                                    spec -> spec.withAt(Json.of(wanted), "capacity", "storage"))));
            changes.add(
                    Change.Emit.normal(claim, "VolumeResizeSuccessful", "Resize volume succeeded"));
        }
        // There is no file system to be made larger, so the claim has its new size at once.
        String told = size(claim.status());
        if (!told.isEmpty() && size.compareTo(Quantity.parse(told)) > 0) {
            changes.add(
                    Change.Update.status(
                            CLAIM,
                            claim.withStatus(
                                    status ->
                                            status.withAt(
                                                    Json.of(wanted), "capacity", "storage"))));
        }
        return new Plan(changes, null);
    }

    private static String size(JsonObject part) {
        return part.object("capacity").string("storage");
    }

    private Plan provision(ClusterView view, KubeObject claim) {
        String className = VolumeFit.classOf(claim.tree());
        KubeObject storage =
                className.isEmpty() ? null : view.get(STORAGE_CLASS, ObjectKey.of("", className));
        if (storage == null || !storage.tree().string("provisioner").equals(PROVISIONER)) {
            return Plan.NOTHING;
        }
        String name = "pvc-" + claim.uid();
        KubeObject node = node(view, claim, storage);
        if (node == null || view.get(VOLUME, ObjectKey.of("", name)) != null) {
            return Plan.NOTHING;
        }
        List<Change> begin = new ArrayList<>();
        begin.add(
                Change.Emit.normal(
                        claim,
                        "Provisioning",
                        "External provisioner is provisioning volume for claim \""
                                + claim.key()
                                + "\""));
        if (claim.spec().string("volumeMode", "Filesystem").equals("Block")) {
            begin.add(
                    Change.Emit.warning(
                            claim,
                            "ProvisioningFailed",
                            "failed to provision volume with StorageClass \""
                                    + className
                                    + "\": volumes of mode Block are not supported"));
            return new Plan(begin, null);
        }
        String path = root + "/" + name + "_" + claim.namespace() + "_" + claim.name();
        folders.make(path);
        begin.add(creation(claim, volume(claim, storage, node, name, path)));
        return new Plan(begin, null);
    }

    private static Change creation(KubeObject claim, KubeObject volume) {
        return new Change.Create(
                VOLUME,
                volume,
                made ->
                        List.of(
                                Change.Emit.normal(
                                        claim,
                                        "ProvisioningSucceeded",
                                        "Successfully provisioned volume " + made.name())),
                refused ->
                        refused.reason().equals("AlreadyExists")
                                ? List.of()
                                : List.of(
                                        Change.Emit.warning(
                                                claim, "ProvisioningFailed", refused.message())));
    }

    /// Where the volume is to be; null while that is open. A class that does not wait for pods gets
    /// the first node that runs containers.
    private static @Nullable KubeObject node(
            ClusterView view, KubeObject claim, KubeObject storage) {
        String selected = claim.annotation(VolumeBinder.SELECTED_NODE);
        if (!selected.isEmpty()) {
            return view.get(Kinds.NODE, ObjectKey.of("", selected));
        }
        if (storage.tree().string("volumeBindingMode").equals("WaitForFirstConsumer")) {
            return null;
        }
        for (KubeObject node : view.list(Kinds.NODE, "")) {
            if (node.annotation("kat.dev/simulated").isEmpty()) {
                return node;
            }
        }
        return null;
    }

    private static KubeObject volume(
            KubeObject claim, KubeObject storage, KubeObject node, String name, String path) {
        String host = node.labels().getOrDefault(HOST, node.name());
        JsonObject only =
                JsonObject.builder()
                        .put("key", HOST)
                        .put("operator", "In")
                        .put("values", JsonArray.of(Json.of(host)))
                        .build();
        JsonObject terms = JsonObject.of("matchExpressions", JsonArray.of(only));
        JsonObject reference =
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "PersistentVolumeClaim")
                        .put("namespace", claim.namespace())
                        .put("name", claim.name())
                        .put("uid", claim.uid())
                        .put("resourceVersion", claim.resourceVersion())
                        .build();
        JsonObject spec =
                JsonObject.builder()
                        .put("accessModes", claim.spec().array("accessModes"))
                        .put("capacity", claim.spec().at("resources", "requests"))
                        .put("claimRef", reference)
                        .put(
                                "hostPath",
                                JsonObject.EMPTY
                                        .with("path", path)
                                        .with("type", "DirectoryOrCreate"))
                        .put(
                                "nodeAffinity",
                                JsonObject.EMPTY.withAt(
                                        JsonArray.of(terms), "required", "nodeSelectorTerms"))
                        .put(
                                "persistentVolumeReclaimPolicy",
                                storage.tree().string("reclaimPolicy", "Delete"))
                        .put("storageClassName", storage.name())
                        .put("volumeMode", "Filesystem")
                        .build();
        JsonObject metadata =
                JsonObject.EMPTY
                        .with("name", name)
                        .withAt(Json.of(PROVISIONER), "annotations", PROVISIONED_BY);
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "PersistentVolume")
                        .put("metadata", metadata)
                        .put("spec", spec)
                        .build());
    }
}
