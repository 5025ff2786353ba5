package kat.controllers.garbage;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.DeleteOptions;
import kat.client.Patch;
import kat.controllers.workload.Finalizers;

/// Decides about one object from its owners and dependents.
///
/// | the object | is |
/// |---|---|
/// | lost its last owner | deleted |
/// | lost some owners | freed from their references |
/// | has only owners that wait for their dependents | deleted, waiting for its own first if it has
/// any |
/// | has owners that wait beside one that does not | freed from the references to those that wait |
/// | waits for its dependents (`foregroundDeletion`) | let go once none blocks it |
/// | waits, by way of others, for itself | no longer blocks its owners |
/// | is to leave its dependents behind (`orphan`) | let go once they no longer refer to it |
///
/// **Source:** kube-controller-manager `garbagecollector/garbagecollector.go`.
final class Collection {

    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";

    private Collection() {}

    /// How an owner stands.
    enum Standing {
        PRESENT,
        /// It waits until its dependents are gone.
        WAITING,
        GONE
    }

    /// @param reference by which the object names the owner
    record Owner(OwnerReference reference, Standing standing) {}

    /// An object that names another as its owner.
    record Dependent(Kind kind, KubeObject object) {

        boolean blocks(KubeObject owner) {
            return object.ownerReferences().stream()
                    .anyMatch(each -> each.uid().equals(owner.uid()) && each.blockOwnerDeletion());
        }
    }

    /// Whether an object that waits for its dependents holds an owner that waits for it: only then
    /// can it be part of a circle.
    static boolean mayBeInCircle(KubeObject object) {
        return waitsForDependents(object)
                && object.ownerReferences().stream().anyMatch(OwnerReference::blockOwnerDeletion);
    }

    static boolean waitsForDependents(KubeObject object) {
        return object.isDeleting() && object.finalizers().contains(FOREGROUND);
    }

    /// @param inCircle whether the object waits, by way of others, for itself
    static List<Change> decide(
            Kind kind,
            KubeObject object,
            List<Owner> owners,
            List<Dependent> dependents,
            boolean inCircle) {
        if (object.isDeleting()) {
            return inCircle
                    ? List.of(withoutBlocking(kind, object))
                    : letGo(kind, object, dependents);
        }
        List<Owner> gone = withStanding(owners, Standing.GONE);
        List<Owner> waiting = withStanding(owners, Standing.WAITING);
        boolean present = owners.size() > gone.size() + waiting.size();
        if (owners.isEmpty() || (present && gone.isEmpty() && waiting.isEmpty())) {
            return List.of();
        }
        if (present) {
            List<String> uids = new ArrayList<>();
            gone.forEach(owner -> uids.add(owner.reference().uid()));
            waiting.forEach(owner -> uids.add(owner.reference().uid()));
            return List.of(withoutOwners(kind, object, uids));
        }
        boolean foreground = !waiting.isEmpty() && !dependents.isEmpty();
        return List.of(delete(kind, object, foreground ? "Foreground" : propagation(object)));
    }

    private static List<Owner> withStanding(List<Owner> owners, Standing standing) {
        return owners.stream().filter(owner -> owner.standing() == standing).toList();
    }

    /// What the object's finalizers already ask for; in the background otherwise.
    private static String propagation(KubeObject object) {
        if (object.finalizers().contains(ORPHAN)) {
            return "Orphan";
        }
        return object.finalizers().contains(FOREGROUND) ? "Foreground" : "Background";
    }

    private static Change delete(Kind kind, KubeObject object, String propagation) {
        DeleteOptions options = DeleteOptions.of(object.uid()).withPropagation(propagation);
        return new Change.Delete(kind, object.key(), options);
    }

    private static List<Change> letGo(Kind kind, KubeObject object, List<Dependent> dependents) {
        List<Change> changes = new ArrayList<>();
        if (object.finalizers().contains(ORPHAN)) {
            for (Dependent dependent : dependents) {
                changes.add(
                        withoutOwners(dependent.kind(), dependent.object(), List.of(object.uid())));
            }
            changes.add(withoutFinalizer(kind, object, ORPHAN));
        } else if (object.finalizers().contains(FOREGROUND)) {
            // Each dependent is decided about by itself: another owner may keep it.
            if (dependents.stream().noneMatch(each -> each.blocks(object))) {
                changes.add(withoutFinalizer(kind, object, FOREGROUND));
            }
        }
        return changes;
    }

    private static Change withoutFinalizer(Kind kind, KubeObject object, String finalizer) {
        return Finalizers.without(kind, object, finalizer);
    }

    /// The first of a circle that blocks no more lets the others go.
    private static Change withoutBlocking(Kind kind, KubeObject object) {
        List<Json> loose = new ArrayList<>();
        for (JsonObject owner : object.metadata().array("ownerReferences").objects()) {
            loose.add(
                    owner.has("blockOwnerDeletion")
                            ? owner.with("blockOwnerDeletion", false)
                            : owner);
        }
        return withOwners(kind, object, loose);
    }

    private static Change withoutOwners(Kind kind, KubeObject object, List<String> uids) {
        List<Json> left = new ArrayList<>();
        for (JsonObject owner : object.metadata().array("ownerReferences").objects()) {
            if (!uids.contains(owner.string("uid"))) {
                left.add(owner);
            }
        }
        return withOwners(kind, object, left);
    }

    private static Change withOwners(Kind kind, KubeObject object, List<Json> references) {
        JsonObject metadata =
                JsonObject.builder()
                        .put("resourceVersion", object.resourceVersion())
                        .put("ownerReferences", new JsonArray(references))
                        .build();
        return new Change.PatchObject(
                kind, object.key(), Patch.merge(JsonObject.of("metadata", metadata)), "");
    }
}
