package kat.api.apply;

import java.util.Comparator;
import kat.api.json.JsonObject;
import kat.api.json.Repeats;

/// One entry of `managedFields`: the fields that one manager owns by one kind of operation.
///
/// @param operation `Apply` or `Update`
/// @param apiVersion in which the fields are named
/// @param subresource by which it wrote; empty for the object itself
/// @param time of its last change in RFC 3339; empty when unknown
/// @param fields the set, see [FieldSets]
record ManagerEntry(
        String manager,
        String operation,
        String apiVersion,
        String subresource,
        String time,
        JsonObject fields) {

    static final String APPLY = "Apply";
    static final String UPDATE = "Update";

    /// The order in which Kubernetes writes entries.
    static final Comparator<ManagerEntry> ORDER =
            Comparator.comparing(ManagerEntry::operation)
                    .thenComparing(ManagerEntry::time)
                    .thenComparing(ManagerEntry::manager)
                    .thenComparing(ManagerEntry::apiVersion)
                    .thenComparing(ManagerEntry::subresource);

    static ManagerEntry parse(JsonObject tree) {
        return new ManagerEntry(
                tree.string("manager"),
                tree.string("operation"),
                tree.string("apiVersion"),
                tree.string("subresource"),
                tree.string("time"),
                tree.object("fieldsV1"));
    }

    /// Whether an entry that a client sent can be used.
    static boolean isValid(JsonObject tree) {
        String operation = tree.string("operation");
        return (operation.equals(APPLY) || operation.equals(UPDATE))
                && !tree.string("apiVersion").isEmpty()
                && tree.string("fieldsType").equals("FieldsV1");
    }

    boolean isApply() {
        return operation.equals(APPLY);
    }

    /// Whom an entry stands for: an applier is one across versions.
    ///
    /// @param apiVersion empty for an applier
    record Who(String manager, String operation, String subresource, String apiVersion) {}

    Who who() {
        return new Who(manager, operation, subresource, isApply() ? "" : apiVersion);
    }

    boolean isSameManager(ManagerEntry other) {
        return who().equals(other.who());
    }

    ManagerEntry withFields(JsonObject changed) {
        return changed == fields
                ? this
                : new ManagerEntry(manager, operation, apiVersion, subresource, time, changed);
    }

    ManagerEntry withTime(String changed) {
        return new ManagerEntry(manager, operation, apiVersion, subresource, changed, fields);
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("apiVersion", apiVersion)
                .put("fieldsType", "FieldsV1")
                .put("fieldsV1", Repeats.share(fields))
                .putUnlessEmpty("manager", manager)
                .put("operation", operation)
                .putUnlessEmpty("subresource", subresource)
                .putUnlessEmpty("time", time)
                .build();
    }

    /// How messages name the manager.
    String display() {
        String name = '"' + manager + '"';
        String where = subresource.isEmpty() ? "" : " with subresource \"" + subresource + '"';
        return isApply() ? name + where : name + where + " using " + apiVersion;
    }
}
