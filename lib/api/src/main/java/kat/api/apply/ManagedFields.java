package kat.api.apply;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The entries of one object's `managedFields`, unchanged by what is done here.
///
/// @param entries in the order in which they are written
record ManagedFields(List<ManagerEntry> entries) {

    static final ManagedFields NONE = new ManagedFields(List.of());

    /// How many entries of updates an object keeps; older ones are joined.
    static final int MAX_UPDATE_MANAGERS = 10;

    private static final String JOINED_MANAGER = "ancient-changes";

    ManagedFields {
        entries = List.copyOf(entries);
    }

    /// Reads the entries of an object; null when one of them cannot be used.
    static @Nullable ManagedFields parse(JsonArray list) {
        SequencedMap<ManagerEntry.Who, ManagerEntry> entries = new LinkedHashMap<>();
        for (Json item : list) {
            if (!(item instanceof JsonObject tree) || !ManagerEntry.isValid(tree)) {
                return null;
            }
            ManagerEntry entry = ManagerEntry.parse(tree);
            // of two entries of one manager the last one counts
            entries.putLast(entry.who(), entry);
        }
        return entries.isEmpty() ? NONE : new ManagedFields(List.copyOf(entries.values()));
    }

    /// As [#parse], for entries that a client sent: their sets must name fields and items.
    static @Nullable ManagedFields parseSent(JsonArray list) {
        ManagedFields sent = parse(list);
        boolean usable =
                sent != null && sent.entries().stream().allMatch(entry -> isSet(entry.fields()));
        return usable ? sent : null;
    }

    private static boolean isSet(JsonObject node) {
        for (int i = 0; i < node.size(); i++) {
            String name = node.nameAt(i);
            boolean known = name.equals(FieldSets.SELF) || name.matches("(?s)[fkvi]:.*");
            if (!known || !(node.valueAt(i) instanceof JsonObject below) || !isSet(below)) {
                return false;
            }
        }
        return true;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    @Nullable ManagerEntry find(ManagerEntry like) {
        for (ManagerEntry entry : entries) {
            if (entry.isSameManager(like)) {
                return entry;
            }
        }
        return null;
    }

    /// The entries without these fields; those that own nothing more are gone.
    ManagedFields without(JsonObject fields) {
        List<ManagerEntry> kept = new ArrayList<>(entries.size());
        for (ManagerEntry entry : entries) {
            ManagerEntry rest = entry.withFields(FieldSets.difference(entry.fields(), fields));
            if (!rest.fields().isEmpty()) {
                kept.add(rest);
            }
        }
        return new ManagedFields(kept);
    }

    /// The entries with one put in place of that of the same manager; one without fields is left
    /// out.
    ManagedFields with(ManagerEntry changed) {
        List<ManagerEntry> kept = new ArrayList<>(entries.size() + 1);
        for (ManagerEntry entry : entries) {
            if (!entry.isSameManager(changed)) {
                kept.add(entry);
            }
        }
        if (!changed.fields().isEmpty()) {
            kept.add(changed);
        }
        return new ManagedFields(kept);
    }

    /// The entries with a field of updates moved into entries of their own, without a time.
    ManagedFields apart(JsonObject field) {
        List<ManagerEntry> result = new ArrayList<>(entries.size() + 1);
        for (ManagerEntry entry : entries) {
            JsonObject own = FieldSets.intersection(entry.fields(), field);
            JsonObject rest = FieldSets.difference(entry.fields(), field);
            if (entry.isApply() || own.isEmpty() || rest.isEmpty()) {
                result.add(entry);
            } else {
                result.add(entry.withFields(rest));
                result.add(entry.withFields(own).withTime(""));
            }
        }
        return new ManagedFields(result);
    }

    /// Joins the oldest updates of a version until no more than [#MAX_UPDATE_MANAGERS] are left.
    ManagedFields capped() {
        int updates = 0;
        for (ManagerEntry entry : entries) {
            updates += entry.isApply() ? 0 : 1;
        }
        return updates <= MAX_UPDATE_MANAGERS ? this : joinOldest(updates - MAX_UPDATE_MANAGERS);
    }

    private ManagedFields joinOldest(int surplus) {
        List<ManagerEntry> oldestFirst =
                entries.stream()
                        .filter(entry -> !entry.isApply())
                        .sorted(
                                Comparator.comparing(ManagerEntry::time)
                                        .thenComparing(ManagerEntry::manager))
                        .toList();
        List<ManagerEntry> kept = new ArrayList<>(entries);
        Map<String, ManagerEntry> buckets = new HashMap<>();
        int left = surplus;
        for (ManagerEntry entry : oldestFirst) {
            if (left == 0) {
                break;
            }
            ManagerEntry bucket = buckets.get(entry.apiVersion());
            if (bucket == null) {
                buckets.put(entry.apiVersion(), entry);
                continue;
            }
            ManagerEntry joined =
                    new ManagerEntry(
                            JOINED_MANAGER,
                            ManagerEntry.UPDATE,
                            entry.apiVersion(),
                            "",
                            entry.time(),
                            FieldSets.union(entry.fields(), bucket.fields()));
            kept.remove(bucket);
            kept.remove(entry);
            kept.add(joined);
            buckets.put(entry.apiVersion(), joined);
            left--;
        }
        return new ManagedFields(kept);
    }

    /// The object's tree with these entries.
    JsonObject putInto(JsonObject object) {
        return object.change(
                "metadata",
                metadata ->
                        entries.isEmpty()
                                ? metadata.without("managedFields")
                                : metadata.with("managedFields", toJson()));
    }

    private JsonArray toJson() {
        List<Json> items = new ArrayList<>(entries.size());
        entries.stream().sorted(ManagerEntry.ORDER).map(ManagerEntry::toJson).forEach(items::add);
        return new JsonArray(items);
    }
}
