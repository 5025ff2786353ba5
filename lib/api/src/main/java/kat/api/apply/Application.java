package kat.api.apply;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.schema.NarrowNumbers;
import org.jspecify.annotations.Nullable;

/// One server-side apply.
///
/// The merge keeps what the applied object says; a field goes when its manager named it the last
/// time, does not now, and no other applier names it; another manager's field that would change is
/// a conflict, unless the apply is forced.
///
/// @param force whether conflicts are resolved in favour of the applied object
record Application(FieldManager fields, FieldManager.Writer writer, boolean force) {

    /// The manager whose applies take over what it applied on the client's side before.
    private static final String KUBECTL = "kubectl";

    Applied run(@Nullable KubeObject live, KubeObject applied) {
        Status refused = refusal(applied);
        if (refused != null) {
            return new Applied.Refused(refused);
        }
        JsonObject before = live == null ? fields.zero() : FieldManager.withoutEntries(live.tree());
        ManagedFields managed =
                live == null
                        ? ManagedFields.NONE
                        : ManagedFields.parse(live.metadata().array("managedFields"));
        if (managed == null) {
            return new Applied.Refused(
                    Status.unexplained("failed to decode managed fields of the stored object"));
        }
        if (managed.isEmpty() && live != null) {
            FieldManager.Writer earlier =
                    new FieldManager.Writer(FieldManager.BEFORE_FIRST_APPLY, writer.time());
            managed = fields.track(fields.zero(), before, managed, earlier);
        }
        return managed == null
                ? new Applied.Refused(
                        Status.unexplained("failed to create manager for existing fields"))
                : merge(before, applied.tree(), fields.apart(managed));
    }

    private Applied merge(JsonObject before, JsonObject applied, ManagedFields managed) {
        Result result = resolve(before, applied, managed, force);
        if (!result.conflicts().isEmpty() && writer.manager().equals(KUBECTL)) {
            JsonObject own = LastApplied.ownedFields(before, fields.shape());
            Map<ManagerEntry, JsonObject> left = result.conflictsWithout(own);
            result =
                    left.isEmpty()
                            ? resolve(before, applied, managed, true)
                            : new Result(result.object(), result.changed(), result.managed(), left);
        }
        if (!result.conflicts().isEmpty()) {
            return new Applied.Conflicting(Conflicts.status(result.conflicts()));
        }
        boolean changed = result.changed();
        JsonObject object = changed ? fitted(result.object()) : before;
        if (writer.manager().equals(KUBECTL)) {
            object = LastApplied.sync(object, applied);
        }
        return new Applied.Merged(
                new KubeObject(
                        fields.together(stamped(result.managed(), managed, changed))
                                .putInto(object)),
                changed || !object.equals(before));
    }

    private JsonObject fitted(JsonObject object) {
        boolean isTyped = !fields.kind().schema().isEmpty();
        return isTyped ? NarrowNumbers.narrowed(fields.schema(), object) : object;
    }

    /// The applier's entry with its time: now when something changed, else as it was.
    private ManagedFields stamped(ManagedFields next, ManagedFields managed, boolean changed) {
        ManagerEntry like =
                fields.entry(writer.manager(), ManagerEntry.APPLY, JsonObject.EMPTY, "");
        ManagerEntry entry = next.find(like);
        ManagerEntry previous = managed.find(like);
        if (entry == null) {
            return next;
        }
        String earlier = previous == null ? "" : previous.time();
        JsonObject own = FieldSets.difference(entry.fields(), FieldManager.neverOwnedFields());
        String now = fields.entry(writer.manager(), ManagerEntry.APPLY, own, writer.time()).time();
        return next.with(entry.withFields(own).withTime(changed ? now : earlier));
    }

    /// @param changed whether the merge gave another tree, if only a null for what was absent
    /// @param conflicts the fields that others own and the merge would change; empty when forced
    private record Result(
            JsonObject object,
            boolean changed,
            ManagedFields managed,
            Map<ManagerEntry, JsonObject> conflicts) {

        Map<ManagerEntry, JsonObject> conflictsWithout(JsonObject allowed) {
            Map<ManagerEntry, JsonObject> left = new LinkedHashMap<>();
            conflicts.forEach(
                    (entry, set) -> {
                        JsonObject rest = FieldSets.difference(set, allowed);
                        if (!rest.isEmpty()) {
                            left.put(entry, rest);
                        }
                    });
            return left;
        }
    }

    private Result resolve(
            JsonObject before, JsonObject applied, ManagedFields managed, boolean forced) {
        Shape shape = fields.shape();
        JsonObject reset = fields.resetFields();
        JsonObject set = FieldSets.differenceWithChildren(TypedTrees.fields(applied, shape), reset);
        ManagerEntry entry = fields.entry(writer.manager(), ManagerEntry.APPLY, set, "");
        ManagerEntry last = managed.find(entry);
        ManagedFields next = managed.with(entry);
        JsonObject merged = (JsonObject) TypedTrees.merge(before, applied, shape);
        if (last != null) {
            JsonObject lastSet = FieldSets.differenceWithChildren(last.fields(), reset);
            merged = prune(merged, lastSet, next);
        }
        Comparison comparison = Comparison.of(before, merged, shape).without(reset);
        boolean changed = !merged.equals(before);
        // for what Go has a type for a null is nothing; what has none keeps it, for its schema
        boolean isTyped = !fields.kind().schema().isEmpty();
        merged = isTyped ? (JsonObject) TypedTrees.withoutNulls(merged, before, shape) : merged;
        JsonObject written = comparison.written();
        Map<ManagerEntry, JsonObject> conflicts = new LinkedHashMap<>();
        List<ManagerEntry> kept = new ArrayList<>();
        for (ManagerEntry each : next.entries()) {
            if (each.isSameManager(entry)) {
                kept.add(each);
                continue;
            }
            JsonObject conflict = FieldSets.intersection(each.fields(), written);
            if (!conflict.isEmpty()) {
                conflicts.put(each, conflict);
            }
            JsonObject rest = FieldSets.difference(each.fields(), conflict);
            rest = FieldSets.difference(rest, comparison.removed());
            if (!rest.isEmpty()) {
                kept.add(each.withFields(rest));
            }
        }
        return new Result(merged, changed, new ManagedFields(kept), forced ? Map.of() : conflicts);
    }

    /// Removes what the applier named the last time and nobody owns now.
    private JsonObject prune(JsonObject merged, JsonObject lastSet, ManagedFields next) {
        Shape shape = fields.shape();
        JsonObject managed = JsonObject.EMPTY;
        for (ManagerEntry entry : next.entries()) {
            managed = FieldSets.union(managed, entry.fields());
        }
        JsonObject last = FieldSets.withNamedFields(lastSet, shape);
        JsonObject owned = FieldSets.withNamedFields(managed, shape);
        if (FieldSets.difference(last, owned).isEmpty()) {
            return merged;
        }
        JsonObject all = named(merged);
        JsonObject pruned = removed(merged, last);
        JsonObject unowned = FieldSets.difference(all, FieldSets.union(named(pruned), owned));
        pruned = removed(merged, unowned);
        JsonObject gone = FieldSets.difference(all, named(pruned));
        return removed(merged, FieldSets.intersection(gone, last));
    }

    private JsonObject named(JsonObject object) {
        return FieldSets.withNamedFields(TypedTrees.fields(object, fields.shape()), fields.shape());
    }

    private JsonObject removed(JsonObject object, JsonObject set) {
        Json rest = TypedTrees.remove(object, set, fields.shape());
        return rest instanceof JsonObject left ? left : JsonObject.EMPTY;
    }

    private @Nullable Status refusal(KubeObject applied) {
        boolean rightKind =
                applied.apiVersion().equals(fields.kind().apiVersion())
                        && applied.kind().equals(fields.kind().kind());
        if (!rightKind) {
            return Status.badRequest("invalid object type: " + typeName(applied));
        }
        Json entries = applied.metadata().get("managedFields");
        if (entries != null && !entries.isNull()) {
            return Status.badRequest("metadata.managedFields must be nil");
        }
        String faults = TypeCheck.faults(applied.tree(), fields.shape());
        if (faults.isEmpty()) {
            return null;
        }
        return Status.unexplained(
                "failed to create typed patch object ("
                        + applied.namespace()
                        + "/"
                        + applied.name()
                        + "; "
                        + typeName(applied)
                        + "): "
                        + faults);
    }

    private static String typeName(KubeObject object) {
        String version = object.apiVersion();
        if (version.indexOf('/') != version.lastIndexOf('/')) {
            return "/, Kind="; // what has no type has no name either
        }
        String qualified = version.contains("/") ? version : "/" + version;
        return qualified + ", Kind=" + object.kind();
    }
}
