package kat.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Quantity;
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

    /// What a node has for the claims that wait.
    public sealed interface Outcome {

        /// Why the pod cannot be there, in kube-scheduler's words; null when it can.
        @Nullable String objection();
    }

    /// A volume, or somebody who makes one, for each claim.
    record Chosen(List<Choice> choices) implements Outcome {

        Chosen {
            choices = List.copyOf(choices);
        }

        @Override
        public @Nullable String objection() {
            return null;
        }
    }

    /// One claim at least gets nothing.
    enum Refusal implements Outcome {
        NO_VOLUME("node(s) didn't find available persistent volumes to bind"),

        /// The provisioner has no room for it.
        NO_ROOM("node(s) did not have enough free storage");

        private final String objection;

        Refusal(String objection) {
            this.objection = objection;
        }

        @Override
        public String objection() {
            return objection;
        }
    }

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

    /// What the pod's claims get on the node of that name; nothing when it is gone, or cannot serve
    /// them any more.
    List<Choice> choices(PodInfo pod, String name, List<NodeInfo> nodes) {
        for (NodeInfo node : nodes) {
            if (node.name().equals(name) && choose(pod, node) instanceof Chosen(var choices)) {
                return choices;
            }
        }
        return List.of();
    }

    /// What becomes of the pod's waiting claims on a node. Small claims choose among volumes
    /// first; then comes what is to be made.
    public Outcome choose(PodInfo pod, NodeInfo node) {
        List<KubeObject> toMake = new ArrayList<>();
        List<KubeObject> toMatch = new ArrayList<>();
        for (KubeObject claim : waiting(pod)) {
            String selected = claim.annotation(SELECTED_NODE);
            if (!selected.isEmpty() && !selected.equals(node.name())) {
                return Refusal.NO_VOLUME;
            }
            (selected.isEmpty() ? toMatch : toMake).add(claim);
        }
        toMatch.sort(Comparator.comparing(PodClaims::wanted));
        List<Choice> choices = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (KubeObject claim : toMatch) {
            KubeObject volume = smallest(claim, node, taken);
            if (volume == null) {
                toMake.add(claim);
            } else {
                taken.add(volume.name());
                choices.add(new Choice(claim, volume));
            }
        }
        StorageCapacity capacity = new StorageCapacity(objects);
        for (KubeObject claim : toMake) {
            JsonObject storage = storageClass(claim);
            if (!canProvision(storage, node)) {
                return Refusal.NO_VOLUME;
            }
            if (!capacity.suffices(claim, storage, node)) {
                return Refusal.NO_ROOM;
            }
            choices.add(new Choice(claim, null));
        }
        return new Chosen(choices);
    }

    private static Quantity wanted(KubeObject claim) {
        return Quantity.parse(claim.spec().at("resources", "requests").string("storage", "0"));
    }

    private static boolean canProvision(JsonObject storage, NodeInfo node) {
        String provisioner = storage.string("provisioner");
        if (provisioner.isEmpty() || provisioner.equals(NO_PROVISIONER)) {
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
