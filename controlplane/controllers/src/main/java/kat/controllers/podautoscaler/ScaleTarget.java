package kat.controllers.podautoscaler;

import java.util.List;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.client.Change;
import kat.client.ClusterView;

/// What an autoscaler scales.
///
/// @param object the workload, or the scale of a custom resource
/// @param selectorText the selector of its pods as text; empty when it tells none
record ScaleTarget(
        Kind kind,
        KubeObject object,
        long specReplicas,
        long statusReplicas,
        LabelSelector selector,
        String selectorText) {

    static final List<Kind> KINDS =
            List.of(
                    Kinds.DEPLOYMENT,
                    Kinds.REPLICA_SET,
                    Kinds.STATEFUL_SET,
                    Kinds.REPLICATION_CONTROLLER);

    /// @throws MetricFault when there is no such object
    static ScaleTarget find(ClusterView view, CustomScales others, KubeObject autoscaler)
            throws MetricFault {
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
        Kind kind = others.kind(apiVersion, reference.string("kind"));
        if (kind != null) {
            ObjectKey key = ObjectKey.of(autoscaler.namespace(), reference.string("name"));
            return of(kind, others.scale(kind, key));
        }
        throw new MetricFault(
                "no matches for kind \"%s\" in group \"%s\""
                        .formatted(reference.string("kind"), group));
    }

    private static ScaleTarget of(Kind kind, KubeObject object) {
        JsonObject labels = object.spec().object("selector");
        return new ScaleTarget(
                kind,
                object,
                object.spec().integer("replicas", 1),
                object.status().integer("replicas", 0),
                kind.equals(Kinds.REPLICATION_CONTROLLER)
                        ? LabelSelector.ofMap(labels)
                        : LabelSelector.parse(labels),
                LabelSelector.text(labels));
    }

    private static ScaleTarget of(Kind kind, JsonObject scale) {
        String selector = scale.object("status").string("selector");
        return new ScaleTarget(
                kind,
                new KubeObject(scale),
                scale.object("spec").integer("replicas", 0),
                scale.object("status").integer("replicas", 0),
                LabelSelector.parse(selector),
                selector);
    }

    ObjectKey key() {
        return object.key();
    }

    boolean hasSelector() {
        return !selectorText.isEmpty();
    }

    Change scaledTo(long replicas, Function<Status, List<Change>> refused) {
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
                "scale",
                refused);
    }
}
