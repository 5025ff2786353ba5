package kat.controllers.volume;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Plan;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// What becomes of a volume whose claim is gone.
///
/// | policy | volume | |
/// |---|---|---|
/// | `Retain` | any | stays |
/// | `Delete` | of a driver or of a provisioner outside | is theirs to delete |
/// | `Delete` | a folder below `/tmp` | is deleted by [LocalVolumes] |
/// | `Delete` | any other | `Failed` |
/// | `Recycle` | used by pods | stays until they end |
/// | `Recycle` | `hostPath` or `nfs` | is emptied by a pod, see [Recycler] |
/// | `Recycle` | any other | `Failed` |
///
/// That it failed is told once, however often it is looked at.
///
/// **Source:** `reclaimVolume`, `findDeletablePlugin` and `recycleVolumeOperation` in
/// kube-controller-manager `volume/persistentvolume/pv_controller.go`; `pkg/volume/plugins.go`;
/// `newDeleter` in `pkg/volume/hostpath/host_path.go`.
final class Reclaim {

    private static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
    private static final String MIGRATED_TO = "pv.kubernetes.io/migrated-to";
    private static final String IN_TREE = "kubernetes.io/";
    static final String FAILED_RECYCLE = "VolumeFailedRecycle";
    private static final String HOST_PATH = "kubernetes.io/host-path";
    private static final String NOT_DELETABLE = "no deletable volume plugin matched";

    /// Kinds of volumes that drivers have taken over, by their field and by their old plug-in.
    private static final List<String> TAKEN_OVER =
            List.of(
                    "awsElasticBlockStore",
                    "azureDisk",
                    "azureFile",
                    "cinder",
                    "gcePersistentDisk",
                    "portworxVolume",
                    "vsphereVolume");

    private static final Set<String> TAKEN_OVER_PLUGINS =
            Set.of(
                    "kubernetes.io/aws-ebs",
                    "kubernetes.io/azure-disk",
                    "kubernetes.io/azure-file",
                    "kubernetes.io/cinder",
                    "kubernetes.io/gce-pd",
                    "kubernetes.io/portworx-volume",
                    "kubernetes.io/vsphere-volume");

    /// `--pvclaimbinder-sync-period`
    static final Duration LOOK_AGAIN = Duration.ofSeconds(15);

    private Reclaim() {}

    /// @param volume `Released` or `Failed`
    static Plan of(ClusterView view, KubeObject volume, Instant now) {
        if (!volume.annotation(MIGRATED_TO).isEmpty()) {
            return Plan.NOTHING;
        }
        return switch (volume.spec().string("persistentVolumeReclaimPolicy")) {
            case "Delete" -> {
                String fault = undeletable(volume);
                yield fault == null ? Plan.NOTHING : failed(volume, "VolumeFailedDelete", fault);
            }
            case "Recycle" -> recycle(view, volume, now);
            default -> Plan.NOTHING;
        };
    }

    static Plan failed(KubeObject volume, String reason, String message) {
        if (volume.status().string("phase").equals("Failed")) {
            return Plan.NOTHING;
        }
        KubeObject failed =
                volume.withStatus(
                        status -> status.with("phase", "Failed").with("message", message));
        return Plan.of(
                Change.Update.status(Kinds.PERSISTENT_VOLUME, failed),
                Change.Emit.warning(volume, reason, message));
    }

    /// Why nobody can delete the volume; null when somebody outside is to, or may.
    private static @Nullable String undeletable(KubeObject volume) {
        JsonObject spec = volume.spec();
        String provisioner = volume.annotation(PROVISIONED_BY);
        if (!provisioner.isEmpty()) {
            return ofProvisioner(spec, provisioner);
        }
        if (spec.has("csi") || TAKEN_OVER.stream().anyMatch(spec::has)) {
            return null;
        }
        if (spec.has("hostPath")) {
            return ofFolder(spec);
        }
        return "error getting deleter volume plugin for volume \""
                + volume.name()
                + "\": "
                + (spec.has("nfs") ? NOT_DELETABLE : "no volume plugin matched");
    }

    private static @Nullable String ofProvisioner(JsonObject spec, String provisioner) {
        if (!provisioner.startsWith(IN_TREE) || TAKEN_OVER_PLUGINS.contains(provisioner)) {
            return null;
        }
        return switch (provisioner) {
            case HOST_PATH -> ofFolder(spec);
            case "kubernetes.io/nfs" -> NOT_DELETABLE;
            default -> "no volume plugin matched name: " + provisioner;
        };
    }

    private static @Nullable String ofFolder(JsonObject spec) {
        String path = spec.object("hostPath").string("path");
        return isTemporary(path)
                ? null
                : "host_path deleter only supports /tmp/.+ but received provided " + path;
    }

    /// Whether a volume is deleted by the cluster itself, not by a provisioner.
    static boolean isOfNobody(KubeObject volume) {
        String provisioner = volume.annotation(PROVISIONED_BY);
        return volume.annotation(MIGRATED_TO).isEmpty()
                && (provisioner.isEmpty() || provisioner.equals(HOST_PATH));
    }

    /// Whether a folder of the machine may be deleted with its volume.
    static boolean isTemporary(String path) {
        int temporary = path.indexOf("/tmp/");
        return temporary >= 0 && path.length() > temporary + "/tmp/".length();
    }

    private static Plan recycle(ClusterView view, KubeObject volume, Instant now) {
        JsonObject reference = volume.spec().object("claimRef");
        ObjectKey claim = ObjectKey.of(reference.string("namespace"), reference.string("name"));
        Set<String> pods = new TreeSet<>();
        for (KubeObject pod : view.indexed(Kinds.POD, ClaimProtection.BY_CLAIM, claim.toString())) {
            if (!Pods.hasEnded(pod)) {
                pods.add(pod.key().toString());
            }
        }
        // Pods of another claim that has the old one's name do not use the volume.
        if (!pods.isEmpty() && view.get(Kinds.PERSISTENT_VOLUME_CLAIM, claim) == null) {
            String message = "Volume is used by pods: " + String.join(",", pods);
            return Plan.builder()
                    .add(Change.Emit.normal(volume, FAILED_RECYCLE, message))
                    .requeueAfter(LOOK_AGAIN)
                    .build();
        }
        return Recycler.canRecycle(volume)
                ? Recycler.of(view, volume, now)
                : failed(volume, FAILED_RECYCLE, "No recycler plugin found for the volume!");
    }
}
