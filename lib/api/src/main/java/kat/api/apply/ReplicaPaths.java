package kat.api.apply;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.json.JsonObject;

/// Where the replicas that a scale sets stand in each version of a kind: who owns them in one
/// version owns them in all.
///
/// @param own the field of the version that is written
/// @param others the fields of other versions, by `apiVersion`
///
/// **Source:** apimachinery's `managedfields/scalehandler.go`.
record ReplicaPaths(List<String> own, JsonObject field, Map<String, JsonObject> others) {

    private static final List<String> BUILT_IN = List.of("spec", "replicas");

    /// @param paths field names from the root, by `apiVersion`; empty for a built-in kind
    static ReplicaPaths of(String version, Map<String, List<String>> paths) {
        List<String> own = paths.getOrDefault(version, BUILT_IN);
        JsonObject field = field(own);
        Map<String, JsonObject> others = new HashMap<>();
        paths.forEach(
                (other, path) -> {
                    if (!other.equals(version) && !path.equals(own)) {
                        others.put(other, field(path));
                    }
                });
        return new ReplicaPaths(own, field, Map.copyOf(others));
    }

    private static JsonObject field(List<String> path) {
        JsonObject field = JsonObject.EMPTY;
        for (String step : path.reversed()) {
            field = JsonObject.of("f:" + step, field);
        }
        return field;
    }

    /// The entries with the field of the version that is written in the place of each other
    /// version's own, and that one in its place; done twice it is undone.
    ManagedFields exchanged(ManagedFields managed) {
        boolean none =
                managed.entries().stream()
                        .noneMatch(entry -> others.containsKey(entry.apiVersion()));
        if (none) {
            return managed;
        }
        List<ManagerEntry> entries = new ArrayList<>();
        for (ManagerEntry entry : managed.entries()) {
            JsonObject other = others.get(entry.apiVersion());
            entries.add(other == null ? entry : entry.withFields(swapped(entry.fields(), other)));
        }
        return new ManagedFields(entries);
    }

    private JsonObject swapped(JsonObject fields, JsonObject other) {
        boolean hasOwn = !FieldSets.intersection(fields, field).isEmpty();
        boolean hasOther = !FieldSets.intersection(fields, other).isEmpty();
        if (hasOwn == hasOther) {
            return fields;
        }
        JsonObject from = hasOwn ? field : other;
        JsonObject to = hasOwn ? other : field;
        return FieldSets.union(FieldSets.difference(fields, from), to);
    }

    /// An object that asks for no replicas names none.
    JsonObject seen(JsonObject object) {
        String[] holder = own.subList(0, own.size() - 1).toArray(String[]::new);
        String name = own.getLast();
        JsonObject around = object.at(holder);
        return around.integer(name, 1) == 0 ? object.withAt(around.without(name), holder) : object;
    }
}
