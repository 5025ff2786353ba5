package kat.controllers.volume;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.DeleteOptions;
import kat.client.Plan;

/// Empties volumes whose policy is `Recycle`: a pod deletes all files, then the volume is free for
/// the next claim.
///
/// The pod says for which claim the volume was, so that the pod of an earlier recycling never
/// counts for a later one; and a pod that is not exactly the one wanted is deleted, so that nobody
/// can pass off a volume as emptied.
///
/// **Source:** `pkg/volume/util/recyclerclient/recycler_client.go`,
/// `NewPersistentVolumeRecyclerPodTemplate` in `pkg/volume/plugins.go`, `unbindVolume` in
/// kube-controller-manager `volume/persistentvolume/pv_controller.go`.
final class Recycler {

    /// Seconds that the pod has: for a volume of unknown size, and for each GiB of others, if that
    /// is more.
    ///
    /// **Source:** `PersistentVolumeRecyclerConfiguration` of kube-controller-manager.
    private record Deadline(String source, int leastSeconds, int secondsPerGib) {}

    private static final List<Deadline> DEADLINES =
            List.of(new Deadline("hostPath", 60, 30), new Deadline("nfs", 300, 30));

    private static final String IMAGE = "registry.k8s.io/build-image/debian-base:bookworm-v1.0.6";
    private static final String SCRUB =
            "test -e /scrub && find /scrub -mindepth 1 -delete && test -z \"$(ls -A /scrub)\""
                    + " || exit 1";
    private static final String CLAIM_UID = "kat.dev/recycled-claim";
    private static final String BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
    private static final String PREFIX = "recycler-for-";
    private static final String NAMESPACE = "default";
    private static final String VOLUME = "vol";
    private static final Quantity GIB = Quantity.parse("1Gi");

    private Recycler() {}

    static boolean canRecycle(KubeObject volume) {
        return DEADLINES.stream().anyMatch(each -> volume.spec().has(each.source()));
    }

    /// The volume that a pod empties; empty when it is no such pod.
    static String volumeOf(ObjectKey pod) {
        return pod.namespace().equals(NAMESPACE) && pod.name().startsWith(PREFIX)
                ? pod.name().substring(PREFIX.length())
                : "";
    }

    /// @param volume released, of a kind that [#canRecycle] knows
    static Plan of(ClusterView view, KubeObject volume, Instant now) {
        ObjectKey key = ObjectKey.of(NAMESPACE, PREFIX + volume.name());
        KubeObject wanted = pod(volume);
        KubeObject pod = view.get(Kinds.POD, key);
        if (pod == null) {
            return Plan.of(new Change.Create(Kinds.POD, wanted));
        }
        if (pod.isDeleting()) {
            return Plan.NOTHING; // comes again when it is gone
        }
        if (!isSame(pod, wanted)) {
            return Plan.of(
                    delete(pod),
                    Change.Emit.warning(
                            volume,
                            Reclaim.FAILED_RECYCLE,
                            "Recycle failed: old recycler pod found, will retry later"));
        }
        return switch (pod.status().string("phase")) {
            case "Succeeded" ->
                    Plan.of(
                            Change.Emit.normal(volume, "VolumeRecycled", "Volume recycled"),
                            Change.Update.object(Kinds.PERSISTENT_VOLUME, unbound(volume)),
                            delete(pod));
            case "Failed" -> failed(volume, pod, now);
            default -> Plan.NOTHING; // comes again when the pod has changed
        };
    }

    /// Told at once; the pod stays for a while, so that the next one does not come at once.
    private static Plan failed(KubeObject volume, KubeObject pod, Instant now) {
        String said = pod.status().string("message");
        String why = said.isEmpty() ? "pod failed, pod.Status.Message unknown" : said;
        Plan.Builder plan = Plan.builder();
        plan.addAll(
                Reclaim.failed(
                                volume,
                                Reclaim.FAILED_RECYCLE,
                                "Recycle failed: failed to recycle volume: " + why)
                        .changes());
        Instant made = pod.creationTimestamp();
        Instant next = made == null ? now : made.plus(Reclaim.LOOK_AGAIN);
        return now.isBefore(next)
                ? plan.requeueAfter(Duration.between(now, next)).build()
                : plan.add(delete(pod)).build();
    }

    /// What admission and defaults add does not matter; what runs, and on what, does.
    private static boolean isSame(KubeObject pod, KubeObject wanted) {
        JsonArray containers = pod.spec().array("containers");
        if (containers.size() != 1 || !pod.spec().array("initContainers").isEmpty()) {
            return false;
        }
        JsonObject runs = containers.objects().getFirst();
        JsonObject shouldRun = wanted.spec().array("containers").objects().getFirst();
        return pod.annotation(CLAIM_UID).equals(wanted.annotation(CLAIM_UID))
                && Stream.of("image", "command", "args")
                        .allMatch(each -> Objects.equals(runs.get(each), shouldRun.get(each)))
                && runs.array("volumeMounts").objects().stream().anyMatch(Recycler::isScrubbed)
                && source(pod).equals(source(wanted));
    }

    private static boolean isScrubbed(JsonObject mount) {
        return mount.string("name").equals(VOLUME)
                && mount.string("mountPath").equals("/scrub")
                && mount.string("subPath").isEmpty()
                && mount.string("subPathExpr").isEmpty();
    }

    private static JsonObject source(KubeObject pod) {
        for (JsonObject each : pod.spec().array("volumes").objects()) {
            if (each.string("name").equals(VOLUME)) {
                return each.has("hostPath")
                        ? JsonObject.of("hostPath", each.object("hostPath").without("type"))
                        : each;
            }
        }
        return JsonObject.EMPTY;
    }

    private static KubeObject pod(KubeObject volume) {
        JsonObject metadata =
                JsonObject.builder()
                        .put("name", PREFIX + volume.name())
                        .put("namespace", NAMESPACE)
                        .put(
                                "annotations",
                                JsonObject.of(
                                        CLAIM_UID,
                                        Json.of(volume.spec().object("claimRef").string("uid"))))
                        .build();
        JsonObject container =
                JsonObject.builder()
                        .put("name", "pv-recycler")
                        .put("image", IMAGE)
                        .put("command", JsonArray.ofStrings(List.of("/bin/sh")))
                        .put("args", JsonArray.ofStrings(List.of("-c", SCRUB)))
                        .put(
                                "volumeMounts",
                                JsonArray.of(
                                        JsonObject.of(
                                                "name",
                                                Json.of(VOLUME),
                                                "mountPath",
                                                Json.of("/scrub"))))
                        .build();
        JsonObject spec =
                JsonObject.builder()
                        .put("restartPolicy", "Never")
                        .put("activeDeadlineSeconds", deadline(volume.spec()))
                        .put("volumes", JsonArray.of(emptied(volume.spec())))
                        .put("containers", JsonArray.of(container))
                        .build();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Pod")
                        .put("metadata", metadata)
                        .put("spec", spec)
                        .build());
    }

    private static JsonObject emptied(JsonObject volume) {
        JsonObject named = JsonObject.of("name", Json.of(VOLUME));
        if (volume.has("nfs")) {
            return named.with("nfs", volume.object("nfs"));
        }
        JsonObject path = JsonObject.of("path", Json.of(volume.object("hostPath").string("path")));
        return named.with("hostPath", path);
    }

    private static long deadline(JsonObject volume) {
        Deadline deadline =
                DEADLINES.stream()
                        .filter(each -> volume.has(each.source()))
                        .findFirst()
                        .orElseThrow();
        Quantity size = Quantity.tryParse(volume.object("capacity").string("storage"));
        long gib = size == null ? 0 : size.wholeUnits() / GIB.wholeUnits();
        return Math.max(deadline.leastSeconds(), gib * deadline.secondsPerGib());
    }

    /// A volume that an administrator kept for a claim stays kept for that name.
    private static KubeObject unbound(KubeObject volume) {
        if (volume.annotation(BOUND_BY_CONTROLLER).isEmpty()) {
            return volume.withSpec(
                    spec ->
                            spec.with(
                                    "claimRef",
                                    spec.object("claimRef")
                                            .without("uid")
                                            .without("resourceVersion")));
        }
        return volume.withSpec(spec -> spec.without("claimRef"))
                .withMetadata(m -> m.withoutAt("annotations", BOUND_BY_CONTROLLER));
    }

    private static Change delete(KubeObject pod) {
        return new Change.Delete(Kinds.POD, pod.key(), DeleteOptions.of(pod.uid()));
    }
}
