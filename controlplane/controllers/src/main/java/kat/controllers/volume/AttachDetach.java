package kat.controllers.volume;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Index;
import kat.client.Patch;
import kat.client.Plan;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// Asks for volumes of drivers to be attached to the nodes whose pods want them, and to be detached
/// when no pod does and the node no longer has them in use. The driver's own attacher does it, and
/// tells in the VolumeAttachment.
///
/// | a pod wants it | VolumeAttachment  | what is done                                       |
/// |----------------|-------------------|----------------------------------------------------|
/// | yes            | none              | it is made, unless another node has the volume     |
/// | yes            | attached          | the Node's status and the pods are told            |
/// | no             | there, in use     | nothing; a node that is lost is not waited for     |
/// | no             | there, not in use | the Node's status is told, then it is deleted      |
///
/// Keys are nodes.
///
/// **Source:** kube-controller-manager `volume/attachdetach`.
public final class AttachDetach implements Controller {

    private static final Kind ATTACHMENT =
            Kinds.builtIn().require("storage.k8s.io/v1", "VolumeAttachment");
    private static final Kind CSI_DRIVER =
            Kinds.builtIn().require("storage.k8s.io/v1", "CSIDriver");
    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

    /// So long a node that is not ready may keep what it has in use.
    private static final Duration UNMOUNT_PATIENCE = Duration.ofMinutes(6);

    /// An error is told in an event while it is so young: later looks do not tell it again.
    private static final Duration NEWS = Duration.ofSeconds(5);

    private static final Index CLAIMING_BY_NODE =
            new Index(
                    "claiming pods of a node",
                    pod ->
                            ClaimProtection.claims(pod).isEmpty() || Pods.node(pod).isEmpty()
                                    ? List.of()
                                    : List.of(Pods.node(pod)));

    private static final Index BY_NODE =
            new Index("node of an attachment", each -> List.of(Attachments.node(each)));

    private static final Index BY_VOLUME =
            new Index("volume of an attachment", each -> List.of(Attachments.volume(each)));

    @Override
    public String name() {
        return "attachdetach-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                new Watched(Kinds.NODE, List.of(), AttachDetach::ofNode),
                new Watched(
                        Kinds.POD,
                        List.of(CLAIMING_BY_NODE, ClaimProtection.BY_CLAIM),
                        AttachDetach::ofPod),
                new Watched(ATTACHMENT, List.of(BY_NODE, BY_VOLUME), AttachDetach::ofAttachment),
                new Watched(
                        Kinds.PERSISTENT_VOLUME_CLAIM,
                        List.of(),
                        (view, before, after) ->
                                before != null && after != null && isSameVolume(before, after)
                                        ? List.of()
                                        : nodesOf(view, either(before, after).key())),
                Watched.readOnly(Kinds.PERSISTENT_VOLUME),
                Watched.readOnly(CSI_DRIVER));
    }

    private static KubeObject either(@Nullable KubeObject before, @Nullable KubeObject after) {
        return Objects.requireNonNull(after != null ? after : before);
    }

    private static boolean isSameVolume(KubeObject before, KubeObject after) {
        return before.spec().string("volumeName").equals(after.spec().string("volumeName"));
    }

    private static Collection<ObjectKey> ofPod(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject pod = either(before, after);
        boolean isNews =
                before == null
                        || after == null
                        || !Pods.node(before).equals(Pods.node(after))
                        || Pods.hasEnded(before) != Pods.hasEnded(after);
        return !isNews || Pods.node(pod).isEmpty() || ClaimProtection.claims(pod).isEmpty()
                ? List.of()
                : List.of(ObjectKey.of("", Pods.node(pod)));
    }

    /// Its node; and when it goes, the nodes whose pods may have waited for the volume.
    private static Collection<ObjectKey> ofAttachment(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject attachment = either(before, after);
        Set<ObjectKey> keys = new LinkedHashSet<>();
        keys.add(ObjectKey.of("", Attachments.node(attachment)));
        if (after == null) {
            ObjectKey key = ObjectKey.of("", Attachments.volume(attachment));
            KubeObject volume = view.get(Kinds.PERSISTENT_VOLUME, key);
            JsonObject claim = volume == null ? JsonObject.EMPTY : volume.spec().object("claimRef");
            if (!claim.isEmpty()) {
                ObjectKey of = ObjectKey.of(claim.string("namespace"), claim.string("name"));
                keys.addAll(nodesOf(view, of));
            }
        }
        return keys;
    }

    private static List<ObjectKey> nodesOf(ClusterView view, ObjectKey claim) {
        List<ObjectKey> nodes = new ArrayList<>();
        for (KubeObject pod : view.indexed(Kinds.POD, ClaimProtection.BY_CLAIM, claim.toString())) {
            if (!Pods.node(pod).isEmpty()) {
                nodes.add(ObjectKey.of("", Pods.node(pod)));
            }
        }
        return nodes;
    }

    private static Collection<ObjectKey> ofNode(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject node = either(before, after);
        boolean isNews =
                before == null
                        || after == null
                        || !used(before).equals(used(after))
                        || !before.spec().array("taints").equals(after.spec().array("taints"))
                        || Pods.isReady(before) != Pods.isReady(after);
        return isNews && !view.indexed(ATTACHMENT, BY_NODE, node.name()).isEmpty()
                ? List.of(node.key())
                : List.of();
    }

    private static List<String> used(KubeObject node) {
        return node.status().array("volumesInUse").strings();
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        SortedMap<String, Wish> wishes = wishes(view, key.name());
        Collection<KubeObject> present = view.indexed(ATTACHMENT, BY_NODE, key.name());
        KubeObject node = view.get(Kinds.NODE, key);
        if (wishes.isEmpty() && present.isEmpty() && (node == null || told(node).isEmpty())) {
            return Plan.NOTHING;
        }
        Plan.Builder plan = Plan.builder();
        List<KubeObject> kept = new ArrayList<>();
        List<Change> detaching = new ArrayList<>();
        for (KubeObject attachment : present) {
            if (!Attachments.isOwn(attachment)) {
                continue;
            }
            Wish wish = wishes.get(attachment.name());
            if (wish != null) {
                tell(attachment, wish, node, now, plan);
            }
            if (wish != null || !mayGo(view, attachment, node, now, plan)) {
                kept.add(attachment);
            } else if (!attachment.isDeleting()) {
                detaching.add(
                        new Change.Delete(
                                ATTACHMENT, attachment.key(), DeleteOptions.of(attachment.uid())));
            }
        }
        if (node != null) {
            tellNode(view, node, kept, plan);
        }
        plan.addAll(detaching);
        for (Map.Entry<String, Wish> wish : wishes.entrySet()) {
            if (present.stream().noneMatch(each -> each.name().equals(wish.getKey()))) {
                attach(view, wish.getValue(), key.name(), plan);
            }
        }
        return plan.build();
    }

    /// A volume that pods of a node want.
    private record Wish(KubeObject volume, List<KubeObject> pods) {}

    /// By the names of their attachments.
    private static SortedMap<String, Wish> wishes(ClusterView view, String node) {
        SortedMap<String, Wish> wishes = new TreeMap<>();
        for (KubeObject pod : view.indexed(Kinds.POD, CLAIMING_BY_NODE, node)) {
            if (Pods.hasEnded(pod)) {
                continue;
            }
            for (ObjectKey key : ClaimProtection.claims(pod)) {
                KubeObject volume = volume(view, key);
                if (volume != null && isAttachable(view, volume)) {
                    String name = Attachments.name(volume, node);
                    wishes.computeIfAbsent(name, _ -> new Wish(volume, new ArrayList<>()))
                            .pods()
                            .add(pod);
                }
            }
        }
        return wishes;
    }

    private static @Nullable KubeObject volume(ClusterView view, ObjectKey key) {
        KubeObject claim = view.get(Kinds.PERSISTENT_VOLUME_CLAIM, key);
        String name = claim == null ? "" : claim.spec().string("volumeName");
        return name.isEmpty() ? null : view.get(Kinds.PERSISTENT_VOLUME, ObjectKey.of("", name));
    }

    private static boolean isAttachable(ClusterView view, KubeObject volume) {
        String driver = volume.spec().object("csi").string("driver");
        if (driver.isEmpty()) {
            return false;
        }
        KubeObject found = view.get(CSI_DRIVER, ObjectKey.of("", driver));
        return found == null || found.spec().bool("attachRequired", true);
    }

    private static void tell(
            KubeObject attachment,
            Wish wish,
            @Nullable KubeObject node,
            Instant now,
            Plan.Builder plan) {
        String about = " for volume \"" + wish.volume().name() + "\" ";
        boolean isTold = node != null && told(node).contains(Attachments.uniqueName(wish.volume()));
        JsonObject error = attachment.status().object("attachError");
        for (KubeObject pod : wish.pods()) {
            if (Attachments.isAttached(attachment) && node != null && !isTold) {
                plan.add(
                        Change.Emit.normal(
                                pod,
                                "SuccessfulAttachVolume",
                                "AttachVolume.Attach succeeded" + about));
            } else if (!Attachments.isAttached(attachment) && isYoung(error, now)) {
                plan.add(
                        Change.Emit.warning(
                                pod,
                                "FailedAttachVolume",
                                "AttachVolume.Attach failed"
                                        + about
                                        + ": "
                                        + error.string("message")));
            }
        }
    }

    private static boolean isYoung(JsonObject error, Instant now) {
        String time = error.string("time");
        return !error.isEmpty() && (time.isEmpty() || Instant.parse(time).plus(NEWS).isAfter(now));
    }

    private static List<String> told(KubeObject node) {
        return node.status().array("volumesAttached").objects().stream()
                .map(each -> each.string("name"))
                .toList();
    }

    /// Whether a volume that no pod wants can be taken from its node.
    private static boolean mayGo(
            ClusterView view,
            KubeObject attachment,
            @Nullable KubeObject node,
            Instant now,
            Plan.Builder plan) {
        if (node == null || !isUsed(view, attachment, node)) {
            return true;
        }
        boolean outOfService =
                node.spec().array("taints").objects().stream()
                        .anyMatch(taint -> taint.string("key").equals(OUT_OF_SERVICE));
        if (outOfService) {
            return true;
        }
        JsonObject ready = Pods.condition(node, "Ready");
        String since = ready.string("lastTransitionTime");
        if (ready.string("status").equals("True") || since.isEmpty()) {
            return false;
        }
        Duration left = Duration.between(now, Instant.parse(since).plus(UNMOUNT_PATIENCE));
        if (left.isPositive()) {
            plan.requeueAfter(left);
        }
        return !left.isPositive();
    }

    private static boolean isUsed(ClusterView view, KubeObject attachment, KubeObject node) {
        ObjectKey key = ObjectKey.of("", Attachments.volume(attachment));
        KubeObject volume = view.get(Kinds.PERSISTENT_VOLUME, key);
        if (volume != null) {
            return used(node).contains(Attachments.uniqueName(volume));
        }
        String prefix = "kubernetes.io/csi/" + attachment.spec().string("attacher") + "^";
        return used(node).stream().anyMatch(each -> each.startsWith(prefix));
    }

    private static void tellNode(
            ClusterView view, KubeObject node, List<KubeObject> kept, Plan.Builder plan) {
        List<Json> attached = new ArrayList<>();
        for (KubeObject attachment : kept) {
            ObjectKey key = ObjectKey.of("", Attachments.volume(attachment));
            KubeObject volume = view.get(Kinds.PERSISTENT_VOLUME, key);
            if (volume != null && Attachments.isAttached(attachment)) {
                attached.add(
                        JsonObject.EMPTY
                                .with("name", Attachments.uniqueName(volume))
                                .with("devicePath", ""));
            }
        }
        JsonArray list = new JsonArray(attached);
        if (!list.equals(node.status().array("volumesAttached"))) {
            plan.add(
                    new Change.PatchObject(
                            Kinds.NODE,
                            node.key(),
                            Patch.merge(JsonObject.EMPTY.withAt(list, "status", "volumesAttached")),
                            "status"));
        }
    }

    private static void attach(ClusterView view, Wish wish, String node, Plan.Builder plan) {
        KubeObject volume = wish.volume();
        List<String> others = new ArrayList<>();
        for (KubeObject each : view.indexed(ATTACHMENT, BY_VOLUME, volume.name())) {
            if (!Attachments.node(each).equals(node)) {
                others.add(Attachments.node(each));
            }
        }
        if (others.isEmpty() || Attachments.isShared(volume)) {
            plan.add(new Change.Create(ATTACHMENT, Attachments.create(volume, node)));
            return;
        }
        for (KubeObject pod : wish.pods()) {
            plan.add(
                    Change.Emit.warning(
                            pod,
                            "FailedAttachVolume",
                            "Multi-Attach error for volume \""
                                    + volume.name()
                                    + "\" "
                                    + users(view, volume, pod, others)));
        }
    }

    /// Who has a volume that only one node can have.
    private static String users(
            ClusterView view, KubeObject volume, KubeObject pod, List<String> nodes) {
        List<String> near = new ArrayList<>();
        int far = 0;
        for (String node : nodes) {
            for (KubeObject other : view.indexed(Kinds.POD, CLAIMING_BY_NODE, node)) {
                boolean uses =
                        !Pods.hasEnded(other)
                                && ClaimProtection.claims(other).stream()
                                        .map(key -> volume(view, key))
                                        .anyMatch(each -> each != null && each.equals(volume));
                if (uses && other.namespace().equals(pod.namespace())) {
                    near.add(other.name());
                } else if (uses) {
                    far++;
                }
            }
        }
        if (near.isEmpty() && far == 0) {
            return "Volume is already exclusively attached to one node and can't be attached to"
                    + " another";
        }
        String distant = far + " pod(s) in different namespaces";
        if (near.isEmpty()) {
            return "Volume is already used by " + distant;
        }
        String begin = "Volume is already used by pod(s) " + String.join(", ", near);
        return far == 0 ? begin : begin + " and " + distant;
    }
}
