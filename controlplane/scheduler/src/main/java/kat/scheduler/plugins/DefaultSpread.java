package kat.scheduler.plugins;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.scheduler.ClusterObjects;
import kat.scheduler.PodInfo;
import kat.scheduler.PodTerms;
import org.jspecify.annotations.Nullable;

/// The constraints assumed for pods that have none of their own. Whom they are spread from follows
/// from the Services that select the pod and from the workload that controls it.
///
/// **Source:** kube-scheduler `podtopologyspread` and `helper.DefaultSelector`;
/// `kubescheduler.config.k8s.io/v1` PodTopologySpreadArgs.
final class DefaultSpread {

    private static final String SYSTEM = "System";
    private static final String LIST = "List";

    private static final List<PodTerms.Spread> OF_SYSTEM =
            List.of(soft(Spreading.HOSTNAME, 3), soft(Spreading.ZONE, 5));

    /// Kinds whose selectors say which pods are alike, by version and kind.
    private static final Map<String, Kind> WORKLOADS =
            Map.of(
                    "apps/v1 ReplicaSet", Kinds.REPLICA_SET,
                    "apps/v1 StatefulSet", Kinds.STATEFUL_SET,
                    "v1 ReplicationController", Kinds.REPLICATION_CONTROLLER);

    private final ClusterObjects objects;
    private final boolean isOfSystem;
    private final List<PodTerms.Spread> constraints;

    /// @throws IllegalArgumentException when the arguments are wrong
    DefaultSpread(ClusterObjects objects, JsonObject arguments) {
        this.objects = objects;
        String type = arguments.string("defaultingType", SYSTEM);
        List<JsonObject> listed = arguments.array("defaultConstraints").objects();
        if (!type.equals(SYSTEM) && !type.equals(LIST)) {
            throw new IllegalArgumentException(
                    "defaultingType: Unsupported value: \""
                            + type
                            + "\": supported values: \"System\", \"List\"");
        }
        this.isOfSystem = type.equals(SYSTEM);
        if (isOfSystem && !listed.isEmpty()) {
            throw new IllegalArgumentException(
                    "defaultingType: Invalid value: \"System\": when .defaultConstraints are not"
                            + " empty");
        }
        this.constraints = isOfSystem ? OF_SYSTEM : parse(listed);
    }

    private static List<PodTerms.Spread> parse(List<JsonObject> listed) {
        List<PodTerms.Spread> found = new ArrayList<>();
        for (int i = 0; i < listed.size(); i++) {
            String path = "defaultConstraints[" + i + "].";
            JsonObject each = listed.get(i);
            long skew = each.integer("maxSkew", 0);
            if (skew <= 0) {
                throw new IllegalArgumentException(
                        path + "maxSkew: Invalid value: " + skew + ": not in valid range (0, inf)");
            }
            if (each.string("topologyKey").isEmpty()) {
                throw new IllegalArgumentException(
                        path + "topologyKey: Required value: can not be empty");
            }
            if (each.has("labelSelector")) {
                throw new IllegalArgumentException(
                        path
                                + "labelSelector: Forbidden: constraint must not define a selector,"
                                + " as they deduced for each pod");
            }
            found.add(PodTerms.Spread.parse(each, LabelSelector.NOTHING));
        }
        return found;
    }

    private static PodTerms.Spread soft(String topologyKey, long maxSkew) {
        return new PodTerms.Spread(
                LabelSelector.NOTHING, topologyKey, maxSkew, 1, false, true, false);
    }

    /// Whether they are Kubernetes' own, for which a node needs not have all labels.
    boolean isOfSystem() {
        return isOfSystem;
    }

    /// What is assumed for a pod, of one hardness; nothing for one that belongs to nothing.
    List<PodTerms.Spread> of(PodInfo pod, boolean hard) {
        if (constraints.stream().noneMatch(spread -> spread.isHard() == hard)) {
            return List.of();
        }
        LabelSelector alike = alike(pod.object());
        return alike.isEmpty()
                ? List.of()
                : constraints.stream().map(spread -> spread.withSelector(alike)).toList();
    }

    private LabelSelector alike(KubeObject pod) {
        LinkedHashMap<String, String> labels = new LinkedHashMap<>();
        for (KubeObject service : objects.list(Kinds.SERVICE, pod.namespace())) {
            Map<String, String> selector = service.spec().object("selector").strings();
            if (!selector.isEmpty() && pod.labels().entrySet().containsAll(selector.entrySet())) {
                labels.putAll(selector);
            }
        }
        List<LabelSelector.Requirement> requirements = new ArrayList<>();
        KubeObject workload = workload(pod);
        if (workload != null) {
            LabelSelector selector = selector(workload.spec().object("selector"));
            labels.putAll(selector.labels());
            requirements.addAll(selector.requirements());
        }
        return new LabelSelector(labels, requirements);
    }

    private @Nullable KubeObject workload(KubeObject pod) {
        OwnerReference owner = pod.controller();
        if (owner == null) {
            return null;
        }
        Kind kind = WORKLOADS.get(owner.apiVersion() + " " + owner.kind());
        return kind == null ? null : objects.get(kind, ObjectKey.of(pod.namespace(), owner.name()));
    }

    /// ReplicationControllers have plain labels.
    private static LabelSelector selector(JsonObject tree) {
        boolean plain = !tree.has("matchLabels") && !tree.has("matchExpressions");
        return plain ? new LabelSelector(tree.strings(), List.of()) : LabelSelector.parse(tree);
    }
}
