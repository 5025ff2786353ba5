package kat.controllers.workload;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.client.Change;
import kat.client.Patch;

/// Which children belong to an owner, and what must be written so that they say so: a child without
/// a managing owner that the selector matches is adopted, one that it no longer matches is
/// released.
///
/// @param owned children that belong to the owner, adopted ones included
/// @param changes that adopt and release
///
/// **Source:** kube-controller-manager `controller_ref_manager.go`.
public record Claim(List<KubeObject> owned, List<Change> changes) {

    public Claim {
        owned = List.copyOf(owned);
        changes = List.copyOf(changes);
    }

    /// @param candidates children of the owner's namespace that may concern it
    public static Claim of(
            KubeObject owner, LabelSelector selector, Kind kind, List<KubeObject> candidates) {
        return of(owner, selector, kind, candidates, "");
    }

    /// @param finalizer that children get when they are adopted and lose when they are released;
    ///     empty for none
    public static Claim of(
            KubeObject owner,
            LabelSelector selector,
            Kind kind,
            List<KubeObject> candidates,
            String finalizer) {
        List<KubeObject> owned = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (KubeObject child : candidates) {
            OwnerReference controller = child.controller();
            boolean matches = selector.matches(child.labels());
            if (controller != null) {
                boolean mine = controller.uid().equals(owner.uid());
                if (mine && matches) {
                    owned.add(child);
                } else if (mine && !owner.isDeleting()) {
                    changes.add(release(owner, kind, child, finalizer));
                }
            } else if (matches && !owner.isDeleting() && !child.isDeleting()) {
                changes.add(adopt(owner, kind, child, finalizer));
                owned.add(finalizer.isEmpty() ? child : holding(child, finalizer));
            }
        }
        return new Claim(owned, changes);
    }

    private static KubeObject holding(KubeObject child, String finalizer) {
        return child.finalizers().contains(finalizer)
                ? child
                : child.withMetadata(
                        metadata ->
                                metadata.with(
                                        "finalizers",
                                        metadata.array("finalizers").with(Json.of(finalizer))));
    }

    private static Change adopt(KubeObject owner, Kind kind, KubeObject child, String finalizer) {
        JsonObject metadata =
                JsonObject.builder()
                        .put("uid", child.uid())
                        .put(
                                "ownerReferences",
                                JsonArray.of(OwnerReference.controlledBy(owner).toJson()))
                        .build();
        JsonArray finalizers = holding(child, finalizer).metadata().array("finalizers");
        return patch(
                kind,
                child,
                finalizer.isEmpty() ? metadata : metadata.with("finalizers", finalizers));
    }

    private static Change release(KubeObject owner, Kind kind, KubeObject child, String finalizer) {
        Json directive =
                JsonObject.builder().put("$patch", "delete").put("uid", owner.uid()).build();
        JsonObject metadata =
                JsonObject.builder()
                        .put("uid", child.uid())
                        .put("ownerReferences", JsonArray.of(directive))
                        .build();
        JsonArray left = JsonArray.ofStrings(List.of(finalizer));
        return patch(
                kind,
                child,
                child.finalizers().contains(finalizer)
                        ? metadata.with(Finalizers.STRIKE, left)
                        : metadata);
    }

    private static Change patch(Kind kind, KubeObject child, JsonObject metadata) {
        return new Change.PatchObject(
                kind, child.key(), Patch.strategic(JsonObject.of("metadata", metadata)), "");
    }
}
