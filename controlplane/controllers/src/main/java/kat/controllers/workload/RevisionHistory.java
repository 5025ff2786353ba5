package kat.controllers.workload;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.DeleteOptions;
import org.jspecify.annotations.Nullable;

/// The templates that a set has had, as ControllerRevisions, and which of them is the present one.
///
/// @param revisions that are stored, in order of their numbers
/// @param update the one of the present template; perhaps not stored yet
/// @param changes that store it, or that give an old one a new number when the set was rolled back
///
/// **Source:** kube-controller-manager `history/controller_history.go`.
public record RevisionHistory(List<KubeObject> revisions, KubeObject update, List<Change> changes) {

    public RevisionHistory {
        revisions = List.copyOf(revisions);
        changes = List.copyOf(changes);
    }

    /// @param hashLabel under which a revision carries the hash of its template
    /// @param collided what to do when another template's revision has taken the name; one that is
    ///     the same and only not yet seen is waited for
    public static RevisionHistory of(
            KubeObject set, Collection<KubeObject> stored, String hashLabel, Change collided) {
        List<KubeObject> revisions = new ArrayList<>(stored);
        revisions.sort(
                Comparator.comparingLong(RevisionHistory::number)
                        .thenComparing(each -> each.metadata().string("creationTimestamp"))
                        .thenComparing(KubeObject::name));
        long next = revisions.isEmpty() ? 1 : number(revisions.getLast()) + 1;
        JsonObject data = data(set.spec().object("template"));
        KubeObject equal = null;
        for (KubeObject each : revisions) {
            equal = each.tree().object("data").equals(data) ? each : equal;
        }
        if (equal == null) {
            KubeObject created = create(set, data, hashLabel, next);
            Change change =
                    new Change.Create(
                            Kinds.CONTROLLER_REVISION,
                            created,
                            _ -> List.of(),
                            _ -> List.of(),
                            taker ->
                                    taker.isControlledBy(set)
                                                    && taker.tree().object("data").equals(data)
                                            ? List.of()
                                            : List.of(collided));
            return new RevisionHistory(revisions, created, List.of(change));
        }
        if (equal == revisions.getLast()) {
            return new RevisionHistory(revisions, equal, List.of());
        }
        KubeObject renewed = equal.withTree(tree -> tree.with("revision", next));
        Change change = Change.Update.object(Kinds.CONTROLLER_REVISION, renewed);
        return new RevisionHistory(revisions, renewed, List.of(change));
    }

    public static long number(KubeObject revision) {
        return revision.tree().integer("revision", 0);
    }

    private static JsonObject data(JsonObject template) {
        return JsonObject.EMPTY.withAt(template.with("$patch", "replace"), "spec", "template");
    }

    /// The template that a revision keeps.
    public static JsonObject template(KubeObject revision) {
        return revision.tree().at("data", "spec", "template").without("$patch");
    }

    private static KubeObject create(
            KubeObject set, JsonObject data, String hashLabel, long number) {
        JsonObject template = set.spec().object("template");
        String hash = PodTemplates.hash(template, set.status().integer("collisionCount", 0));
        JsonObject.Builder metadata =
                JsonObject.builder()
                        .put("name", set.name() + "-" + hash)
                        .put("namespace", set.namespace())
                        .put("labels", template.at("metadata", "labels").with(hashLabel, hash))
                        .put(
                                "ownerReferences",
                                JsonArray.of(OwnerReference.controlledBy(set).toJson()));
        if (!set.annotations().isEmpty()) {
            metadata.put("annotations", set.metadata().object("annotations"));
        }
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "apps/v1")
                        .put("kind", "ControllerRevision")
                        .put("metadata", metadata.build())
                        .put("data", data)
                        .put("revision", number)
                        .build());
    }

    /// The stored one of a name; null when there is none.
    public @Nullable KubeObject named(String name) {
        for (KubeObject each : revisions) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        return null;
    }

    /// Deletes the oldest beyond `limit` of those that nothing uses.
    ///
    /// @param live names of revisions that must stay
    public List<Change> truncation(Set<String> live, long limit) {
        List<KubeObject> unused = new ArrayList<>();
        for (KubeObject each : revisions) {
            if (!live.contains(each.name()) && !each.name().equals(update.name())) {
                unused.add(each);
            }
        }
        List<Change> changes = new ArrayList<>();
        for (KubeObject each : unused.subList(0, (int) Math.max(0, unused.size() - limit))) {
            changes.add(
                    new Change.Delete(
                            Kinds.CONTROLLER_REVISION, each.key(), DeleteOptions.of(each.uid())));
        }
        return changes;
    }
}
