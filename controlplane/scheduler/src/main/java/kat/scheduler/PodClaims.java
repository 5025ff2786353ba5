package kat.scheduler;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.placement.NodeAffinityTerms;
import kat.api.storage.VolumeFit;
import org.jspecify.annotations.Nullable;

/// The claims of a pod, and what is to be done about those that wait for their first pod: a volume
/// that exists and can be reached from the pod's node is reserved; for the others the provisioner
/// is told the node.
///
/// **Source:** kube-scheduler `plugins/volumebinding/binder.go`.
public final class PodClaims {

    /// The annotation that tells a provisioner where a claim's volume is to be.
    static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

    private static final Kind STORAGE_CLASS =
            Kinds.builtIn().require("storage.k8s.io/v1", "StorageClass");
    private static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";

    private final ClusterObjects objects;

    public PodClaims(ClusterObjects objects) {
        this.objects = objects;
    }

    /// A claim that waits, and the volume that is to become its own; null for one to be made.
    record Choice(KubeObject claim, @Nullable KubeObject volume) {}

    /// The name of the claim behind a volume of the pod; empty when there is none.
    public static String name(PodInfo pod, JsonObject volume) {
        return volume.has("ephemeral")
                ? pod.object().name() + "-" + volume.string("name")
                : volume.object("persistentVolumeClaim").string("claimName");
    }

    /// Whether the pod has claims at all.
    public static boolean hasClaims(PodInfo pod) {
        for (JsonObject volume : pod.object().spec().array("volumes").objects()) {
            if (volume.has("persistentVolumeClaim") || volume.has("ephemeral")) {
                return true;
            }
        }
        return false;
    }

    public @Nullable KubeObject claim(PodInfo pod, String name) {
        return objects.get(
                Kinds.PERSISTENT_VOLUME_CLAIM, ObjectKey.of(pod.object().namespace(), name));
    }

    private JsonObject storageClass(KubeObject claim) {
        String name = VolumeFit.classOf(claim.tree());
        KubeObject found =
                name.isEmpty() ? null : objects.get(STORAGE_CLASS, ObjectKey.of("", name));
        return found == null ? JsonObject.EMPTY : found.tree();
    }

    /// Whether the claim is bound only once a pod needs it.
    public boolean waits(KubeObject claim) {
        return storageClass(claim).string("volumeBindingMode").equals("WaitForFirstConsumer");
    }

    /// Who makes the claim's volume; empty when nobody does.
    public String provisioner(KubeObject claim) {
        return storageClass(claim).string("provisioner");
    }

    /// The volumes that the pod's claims are bound to.
    public List<KubeObject> volumes(PodInfo pod) {
        List<KubeObject> found = new ArrayList<>();
        for (JsonObject volume : pod.object().spec().array("volumes").objects()) {
            String name = name(pod, volume);
            KubeObject claim = name.isEmpty() ? null : claim(pod, name);
            String bound = claim == null ? "" : claim.spec().string("volumeName");
            KubeObject object =
                    bound.isEmpty()
                            ? null
                            : objects.get(Kinds.PERSISTENT_VOLUME, ObjectKey.of("", bound));
            if (object != null) {
                found.add(object);
            }
        }
        return found;
    }

    /// Claims of the pod that have no volume and wait for one.
    public List<KubeObject> waiting(PodInfo pod) {
        List<KubeObject> waiting = new ArrayList<>();
        for (JsonObject volume : pod.object().spec().array("volumes").objects()) {
            String name = name(pod, volume);
            KubeObject claim = name.isEmpty() ? null : claim(pod, name);
            if (claim != null && claim.spec().string("volumeName").isEmpty() && waits(claim)) {
                waiting.add(claim);
            }
        }
        return waiting;
    }

    /// What becomes of the pod's waiting claims on a node; null when the node has nothing for one
    /// of them.
    public @Nullable List<Choice> choose(PodInfo pod, NodeInfo node) {
        List<Choice> choices = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (KubeObject claim : waiting(pod)) {
            String selected = claim.annotation(SELECTED_NODE);
            KubeObject volume = selected.isEmpty() ? smallest(claim, node, taken) : null;
            boolean possible =
                    volume != null
                            || (selected.isEmpty()
                                    ? canProvision(claim, node)
                                    : selected.equals(node.name()));
            if (!possible) {
                return null;
            }
            if (volume != null) {
                taken.add(volume.name());
            }
            choices.add(new Choice(claim, volume));
        }
        return choices;
    }

    /// Whether provisioners have room for what is to be made for the pod on a node.
    public boolean haveRoom(PodInfo pod, NodeInfo node) {
        StorageCapacity capacity = new StorageCapacity(objects);
        List<Choice> choices = choose(pod, node);
        return choices == null
                || choices.stream()
                        .filter(choice -> choice.volume() == null)
                        .map(Choice::claim)
                        .allMatch(claim -> capacity.suffices(claim, storageClass(claim), node));
    }

    private boolean canProvision(KubeObject claim, NodeInfo node) {
        JsonObject storage = storageClass(claim);
        if (storage.string("provisioner").equals(NO_PROVISIONER)) {
            return false;
        }
        List<JsonObject> topologies = storage.array("allowedTopologies").objects();
        return topologies.isEmpty()
                || topologies.stream()
                        .anyMatch(
                                term ->
                                        term.array("matchLabelExpressions").objects().stream()
                                                .allMatch(each -> isMet(each, node)));
    }

    private static boolean isMet(JsonObject expression, NodeInfo node) {
        String value = node.labels().getOrDefault(expression.string("key"), "");
        return expression.array("values").strings().contains(value);
    }

    private @Nullable KubeObject smallest(KubeObject claim, NodeInfo node, Set<String> taken) {
        return objects.list(Kinds.PERSISTENT_VOLUME, "").stream()
                .filter(volume -> !taken.contains(volume.name()))
                .filter(volume -> isFree(volume, claim) && VolumeFit.fits(volume, claim))
                .filter(volume -> isReachable(volume, node))
                .min(VolumeFit.SMALLEST_FIRST)
                .orElse(null);
    }

    private static boolean isFree(KubeObject volume, KubeObject claim) {
        JsonObject reference = volume.spec().object("claimRef");
        return !volume.isDeleting()
                && (reference.isEmpty() || reference.string("uid").equals(claim.uid()));
    }

    /// Whether pods on the node can use the volume.
    public static boolean isReachable(KubeObject volume, NodeInfo node) {
        JsonObject required = volume.spec().at("nodeAffinity", "required");
        return required.isEmpty()
                || NodeAffinityTerms.ofSelector(required).demandsMet(node.labels(), node.name());
    }
}
