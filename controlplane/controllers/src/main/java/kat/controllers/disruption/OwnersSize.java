package kat.controllers.disruption;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.json.JsonObject;
import kat.client.ClusterView;
import kat.controllers.podautoscaler.CustomScales;
import kat.controllers.podautoscaler.MetricFault;
import org.jspecify.annotations.Nullable;

/// How many pods the owners of some pods are to have altogether.
///
/// **Source:** kube-controller-manager `disruption/disruption.go`, `getExpectedScale`.
sealed interface OwnersSize {

    /// Workloads that are watched; others are asked for their scale.
    List<Kind> WATCHED =
            List.of(
                    Kinds.REPLICATION_CONTROLLER,
                    Kinds.DEPLOYMENT,
                    Kinds.REPLICA_SET,
                    Kinds.STATEFUL_SET);

    /// @param hasUnowned whether pods without an owner are among them, for which none counts
    record Known(long pods, boolean hasUnowned) implements OwnersSize {}

    /// @param why in Kubernetes' words
    record Unknown(String why) implements OwnersSize {}

    static OwnersSize of(ClusterView view, CustomScales others, List<KubeObject> pods) {
        try {
            return sum(view, others, pods);
        } catch (MetricFault unread) {
            return new Unknown(unread.text());
        }
    }

    private static OwnersSize sum(ClusterView view, CustomScales others, List<KubeObject> pods)
            throws MetricFault {
        Map<String, Long> sizes = new HashMap<>();
        boolean hasUnowned = false;
        for (KubeObject pod : pods) {
            OwnerReference owner = pod.controller();
            if (owner == null) {
                hasUnowned = true;
            } else if (!sizes.containsKey(owner.uid())) {
                Kind kind = kind(others, owner);
                if (kind == null) {
                    return new Unknown(
                            "no matches for kind \"%s\" in version \"%s\""
                                    .formatted(owner.kind(), owner.apiVersion()));
                }
                if (!kind.hasSubresource("scale")) {
                    return new Unknown(
                            kind.resource() + " does not implement the scale subresource");
                }
                Size size = size(view, others, kind, owner, pod.namespace());
                if (size == null) {
                    return new Unknown("found no controllers for pod \"" + pod.name() + "\"");
                }
                sizes.put(size.uid(), size.replicas());
            }
        }
        return new Known(sizes.values().stream().mapToLong(Long::longValue).sum(), hasUnowned);
    }

    /// @param uid of the object that says so: a Deployment for pods of its ReplicaSets
    record Size(String uid, long replicas) {}

    private static @Nullable Kind kind(CustomScales others, OwnerReference owner) {
        Kind kind = Kinds.builtIn().byKind(owner.apiVersion(), owner.kind());
        return kind != null ? kind : others.kind(owner.apiVersion(), owner.kind());
    }

    private static @Nullable Size size(
            ClusterView view,
            CustomScales others,
            Kind kind,
            OwnerReference owner,
            String namespace)
            throws MetricFault {
        ObjectKey key = ObjectKey.of(namespace, owner.name());
        Size size = WATCHED.contains(kind) ? watched(view, kind, key) : asked(others, kind, key);
        if (size == null || !size.uid().equals(owner.uid())) {
            return null;
        }
        return kind.equals(Kinds.REPLICA_SET) ? ofDeployment(view, key, size) : size;
    }

    private static @Nullable Size watched(ClusterView view, Kind kind, ObjectKey key) {
        KubeObject found = view.get(kind, key);
        return found == null ? null : new Size(found.uid(), found.spec().integer("replicas", 1));
    }

    private static Size ofDeployment(ClusterView view, ObjectKey key, Size own) {
        KubeObject set = view.get(Kinds.REPLICA_SET, key);
        OwnerReference above = set == null ? null : set.controller();
        if (above == null || !above.kind().equals("Deployment")) {
            return own;
        }
        Size size = watched(view, Kinds.DEPLOYMENT, ObjectKey.of(key.namespace(), above.name()));
        return size != null && size.uid().equals(above.uid()) ? size : own;
    }

    /// Null only when there is no such object: what cannot be read now may well be there.
    private static @Nullable Size asked(CustomScales others, Kind kind, ObjectKey key)
            throws MetricFault {
        try {
            JsonObject scale = others.scale(kind, key);
            return new Size(
                    scale.object("metadata").string("uid"),
                    scale.object("spec").integer("replicas", 0));
        } catch (MetricFault fault) {
            if (fault.isAbsence()) {
                return null;
            }
            throw fault;
        }
    }
}
