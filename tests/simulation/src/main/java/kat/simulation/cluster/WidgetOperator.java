package kat.simulation.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Plan;

/// An operator as people write them: for each Widget, a custom resource, as many ConfigMaps as
/// it asks for. A finalizer keeps a Widget until they are gone.
public final class WidgetOperator implements Controller {

    /// What the operator's definition defines.
    public static final Kind WIDGET =
            new Kind(
                    "example.com",
                    "v1",
                    "Widget",
                    "widgets",
                    "widget",
                    true,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of("create", "delete", "get", "list", "patch", "update", "watch"),
                    "");

    private static final String FINALIZER = "example.com/widgets";
    private static final Duration AGAIN = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "widget-operator";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(WIDGET),
                Watched.secondary(Kinds.CONFIG_MAP, WidgetOperator::widgetOf));
    }

    private static List<ObjectKey> widgetOf(KubeObject map) {
        OwnerReference owner = map.controller();
        return owner != null && owner.kind().equals(WIDGET.kind())
                ? List.of(ObjectKey.of(map.namespace(), owner.name()))
                : List.of();
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject widget = view.get(WIDGET, key);
        if (widget == null) {
            return Plan.NOTHING;
        }
        Map<String, KubeObject> surplus = new TreeMap<>();
        for (KubeObject map : view.list(Kinds.CONFIG_MAP, key.namespace())) {
            OwnerReference owner = map.controller();
            if (owner != null && owner.uid().equals(widget.uid()) && !map.isDeleting()) {
                surplus.put(map.name(), map);
            }
        }
        boolean isKept = widget.finalizers().contains(FINALIZER);
        if (widget.isDeleting()) {
            return surplus.isEmpty() && isKept ? keep(widget, false) : deletion(surplus).build();
        }
        return isKept ? adjust(widget, surplus) : keep(widget, true);
    }

    private static Plan keep(KubeObject widget, boolean isKept) {
        JsonArray finalizers = isKept ? JsonArray.of(Json.of(FINALIZER)) : JsonArray.of();
        return Plan.of(
                Change.Update.object(
                        WIDGET, widget.withMetadata(m -> m.with("finalizers", finalizers))));
    }

    private static Plan.Builder deletion(Map<String, KubeObject> maps) {
        Plan.Builder plan = Plan.builder();
        for (KubeObject map : maps.values()) {
            plan.add(new Change.Delete(Kinds.CONFIG_MAP, map.key(), DeleteOptions.of(map.uid())));
        }
        return plan;
    }

    private static Plan adjust(KubeObject widget, Map<String, KubeObject> surplus) {
        long size = widget.spec().integer("size", 0);
        boolean isWhole = true;
        Plan.Builder creation = Plan.builder();
        for (int i = 0; i < size; i++) {
            String name = widget.name() + "-" + i;
            if (surplus.remove(name) == null) {
                isWhole = false;
                creation.add(new Change.Create(Kinds.CONFIG_MAP, map(widget, name)));
            }
        }
        if (!isWhole) {
            // Another Widget of the name may have had one of these, which is on its way out.
            return creation.requeueAfter(AGAIN).build();
        }
        Plan.Builder plan = deletion(surplus);
        if (surplus.isEmpty() && widget.status().integer("count", -1) != size) {
            plan.add(
                    Change.Update.status(
                            WIDGET, widget.withStatus(status -> status.with("count", size))));
        }
        return plan.build();
    }

    private static KubeObject map(KubeObject widget, String name) {
        JsonObject metadata =
                JsonObject.EMPTY
                        .with("name", name)
                        .with("namespace", widget.namespace())
                        .with(
                                "ownerReferences",
                                JsonArray.of(OwnerReference.controlledBy(widget).toJson()));
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "ConfigMap")
                        .put("metadata", metadata)
                        .build());
    }
}
