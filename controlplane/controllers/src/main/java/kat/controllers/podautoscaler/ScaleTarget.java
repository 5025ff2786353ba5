package kat.controllers.podautoscaler;

import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.client.Change;
import kat.client.ClusterView;

/// What an autoscaler scales. Custom resources with a scale are not known here yet.
record ScaleTarget(
        Kind kind, KubeObject object, long specReplicas, long statusReplicas, JsonObject labels) {

    static final List<Kind> KINDS =
            List.of(
                    Kinds.DEPLOYMENT,
                    Kinds.REPLICA_SET,
                    Kinds.STATEFUL_SET,
                    Kinds.REPLICATION_CONTROLLER);

    /// @throws MetricFault when there is no such object
    static ScaleTarget find(ClusterView view, KubeObject autoscaler) throws MetricFault {
        JsonObject reference = autoscaler.spec().object("scaleTargetRef");
        String apiVersion = reference.string("apiVersion");
        String group = apiVersion.contains("/") ? apiVersion.replaceAll("/.*", "") : "";
        for (Kind kind : KINDS) {
            if (kind.group().equals(group) && kind.kind().equals(reference.string("kind"))) {
                ObjectKey key = ObjectKey.of(autoscaler.namespace(), reference.string("name"));
                KubeObject found = view.get(kind, key);
                if (found == null) {
                    throw new MetricFault(
                            kind.plural()
                                    + (group.isEmpty() ? "" : "." + group)
                                    + " \""
                                    + key.name()
                                    + "\" not found");
                }
                return of(kind, found);
            }
        }
        throw new MetricFault(
                "no matches for kind \"%s\" in group \"%s\""
                        .formatted(reference.string("kind"), group));
    }

    private static ScaleTarget of(Kind kind, KubeObject object) {
        return new ScaleTarget(
                kind,
                object,
                object.spec().integer("replicas", 1),
                object.status().integer("replicas", 0),
                object.spec().object("selector"));
    }

    ObjectKey key() {
        return object.key();
    }

    LabelSelector selector() {
        return kind.equals(Kinds.REPLICATION_CONTROLLER)
                ? LabelSelector.ofMap(labels)
                : LabelSelector.parse(labels);
    }

    boolean hasSelector() {
        return !labels.isEmpty();
    }

    Change scaledTo(long replicas) {
        JsonObject metadata =
                JsonObject.EMPTY
                        .with("name", object.name())
                        .with("namespace", object.namespace())
                        .with("resourceVersion", object.resourceVersion());
        return new Change.Update(
                kind,
                new KubeObject(
                        JsonObject.EMPTY
                                .with("apiVersion", "autoscaling/v1")
                                .with("kind", "Scale")
                                .with("metadata", metadata)
                                .withAt(Json.of(replicas), "spec", "replicas")),
                "scale");
    }
}
