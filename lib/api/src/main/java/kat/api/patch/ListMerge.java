package kat.api.patch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.Status;
import kat.api.json.GoText;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.schema.Schema;
import org.jspecify.annotations.Nullable;

/// Merges and orders the items of one list for a strategic merge patch.
///
/// @param schema of the list
/// @param key the member that tells its items apart; empty for scalars and lists without one
record ListMerge(Schema schema, String key) {

    static ListMerge of(Schema schema) {
        return new ListMerge(schema, schema.patchMergeKey());
    }

    /// The items of both lists: those of the patch merged into those of the original.
    ///
    /// @param deletes whether the patch lists scalars to remove
    JsonArray merge(JsonArray original, JsonArray patch, boolean deletes) {
        if (original.isEmpty() && patch.isEmpty()) {
            return original;
        }
        if (!holdsObjects(original, patch)) {
            return deletes ? without(original, patch) : mergeScalars(original, patch);
        }
        if (key.isEmpty()) {
            throw Status.unexplained("cannot merge lists without merge key for " + schema.name())
                    .asException();
        }
        List<Json> kept = new ArrayList<>(original.items());
        List<JsonObject> changes = new ArrayList<>();
        if (applyDirectives(kept, patch, changes)) {
            return ordered(List.copyOf(changes), List.of(), new ArrayList<>(changes));
        }
        List<Json> merged = new ArrayList<>(kept);
        Map<Identity, Integer> places = places(merged);
        for (JsonObject change : changes) {
            Identity identity = new Identity(true, requireKey(change));
            Integer at = places.get(identity);
            if (at == null) {
                places.put(identity, merged.size());
                Json clean = StrategicMergePatch.withoutDirectives(MergePatch.withoutNulls(change));
                merged.add(clean == null ? change : clean);
            } else {
                JsonObject before = (JsonObject) merged.get(at);
                merged.set(at, StrategicMergePatch.merge(before, change, schema.items()));
            }
        }
        return ordered(merged, List.copyOf(changes), kept);
    }

    /// The items in an order that a patch demands.
    JsonArray order(JsonArray merged, JsonArray order, JsonArray original) {
        return ordered(merged.items(), order.items(), original.items());
    }

    /// Checks that each item of a patch is in the order it demands, in that order.
    void requireInOrder(JsonArray patch, JsonArray order) {
        int at = 0;
        for (Json item : patch) {
            if (item instanceof JsonObject object && object.has(StrategicMergePatch.DIRECTIVE)) {
                continue;
            }
            while (at < order.size() && !sameItem(order.get(at), item)) {
                at++;
            }
            if (at == order.size()) {
                throw Status.unexplained(
                                "The order in patch list:\n"
                                        + GoText.of(patch)
                                        + "\n doesn't match "
                                        + "$setElementOrder"
                                        + " list:\n"
                                        + GoText.of(order)
                                        + "\n")
                        .asException();
            }
            at++;
        }
    }

    static RuntimeException badDirective(Json directive, JsonObject item) {
        return Status.unexplained(
                        "unknown patch type: "
                                + GoText.of(directive)
                                + " in map: "
                                + GoText.of(item))
                .asException();
    }

    /// Takes deleted items out of `kept`, collects the plain items of the patch in `changes`, and
    /// says whether the patch replaces the list.
    private boolean applyDirectives(List<Json> kept, JsonArray patch, List<JsonObject> changes) {
        boolean replace = false;
        Set<Json> deleted = new HashSet<>();
        for (JsonObject item : patch.objects()) {
            Json directive = item.get(StrategicMergePatch.DIRECTIVE);
            if (directive == null) {
                changes.add(item);
                continue;
            }
            switch (directive instanceof JsonString(String name) ? name : "") {
                case "delete" -> deleted.add(requireKey(item));
                case "replace" -> replace = true;
                case "merge" ->
                        throw Status.unexplained(
                                        "merging lists cannot yet be specified in the patch")
                                .asException();
                default -> throw badDirective(directive, item);
            }
        }
        kept.removeIf(
                each -> each instanceof JsonObject object && deleted.contains(object.get(key)));
        return replace;
    }

    private static JsonArray without(JsonArray original, JsonArray removed) {
        List<Json> kept = new ArrayList<>(original.items());
        kept.removeAll(new HashSet<>(removed.items()));
        return new JsonArray(kept);
    }

    private JsonArray mergeScalars(JsonArray original, JsonArray patch) {
        Set<Json> merged = new LinkedHashSet<>(original.items());
        merged.addAll(patch.items());
        return new ListMerge(schema, "")
                .ordered(List.copyOf(merged), patch.items(), original.items());
    }

    /// Whether the items are objects.
    ///
    /// @throws kat.api.StatusException 422 for lists of lists, 500 for mixed items
    private static boolean holdsObjects(JsonArray original, JsonArray patch) {
        Json first = null;
        for (JsonArray list : List.of(original, patch)) {
            for (Json item : list) {
                if (item instanceof JsonArray) {
                    throw Status.requestError().asException();
                }
                if (first != null && first.getClass() != item.getClass()) {
                    throw Status.unexplained(
                                    "list element types are not identical: "
                                            + GoText.typeOf(first)
                                            + " and "
                                            + GoText.typeOf(item))
                            .asException();
                }
                first = item;
            }
        }
        return first instanceof JsonObject;
    }

    /// Items named in `order` follow it; the others keep their order in `original`, and stand
    /// before an item of the first group only when the original has them so.
    private JsonArray ordered(List<Json> merged, List<Json> order, List<Json> original) {
        Map<Identity, Integer> places = places(order);
        Map<Identity, Integer> before = places(original);
        List<Json> named = new ArrayList<>();
        List<Json> others = new ArrayList<>();
        for (Json item : merged) {
            if (item instanceof JsonObject object && !key.isEmpty()) {
                requireKey(object);
            }
            (place(places, item) >= 0 ? named : others).add(item);
        }
        named.sort(Comparator.comparingInt(item -> place(places, item)));
        others.sort(Comparator.comparingInt(item -> place(before, item)));
        List<Json> all = new ArrayList<>(merged.size());
        int left = 0;
        int right = 0;
        while (left < others.size() && right < named.size()) {
            int ofOther = place(before, others.get(left));
            int ofNamed = place(before, named.get(right));
            boolean isBefore = ofOther >= 0 && ofNamed >= 0 && ofOther < ofNamed;
            all.add(isBefore ? others.get(left++) : named.get(right++));
        }
        all.addAll(named.subList(right, named.size()));
        all.addAll(others.subList(left, others.size()));
        return new JsonArray(all);
    }

    private Json requireKey(JsonObject item) {
        Json value = item.get(key);
        if (value == null) {
            throw Status.unexplained(
                            "map: "
                                    + GoText.of(item)
                                    + " does not contain declared merge key: "
                                    + key)
                    .asException();
        }
        return value;
    }

    /// By what an item is found among others.
    ///
    /// @param byKey whether it is an object with a key, whose value stands for it
    private record Identity(boolean byKey, Json value) {}

    /// Null for an object without the key, which is like no other.
    private @Nullable Identity identity(Json item) {
        if (key.isEmpty() || !(item instanceof JsonObject object)) {
            return new Identity(false, item);
        }
        Json value = object.get(key);
        return value == null ? null : new Identity(true, value);
    }

    /// Where the first of each kind stands: a list may be as long as a body is.
    private Map<Identity, Integer> places(List<Json> items) {
        Map<Identity, Integer> places = new HashMap<>();
        for (int i = 0; i < items.size(); i++) {
            Identity identity = identity(items.get(i));
            if (identity != null) {
                places.putIfAbsent(identity, i);
            }
        }
        return places;
    }

    /// -1 for none.
    private int place(Map<Identity, Integer> places, Json item) {
        Identity identity = identity(item);
        return identity == null ? -1 : places.getOrDefault(identity, -1);
    }

    private boolean sameItem(Json a, Json b) {
        if (!key.isEmpty() && a instanceof JsonObject one && b instanceof JsonObject other) {
            Json value = one.get(key);
            return value != null && value.equals(other.get(key));
        }
        return a.equals(b);
    }
}
