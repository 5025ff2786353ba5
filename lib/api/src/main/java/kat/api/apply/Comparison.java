package kat.api.apply;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What differs between two versions of an object, as sets of fields; found by one walk that skips
/// what the versions share in memory.
///
/// @param added what only the new version has
/// @param modified what both have with another value
/// @param removed what only the old version has
/// @param isNamed whether all items of lists that differ have a name; else nothing can be said
record Comparison(JsonObject added, JsonObject modified, JsonObject removed, boolean isNamed) {

    static Comparison of(JsonObject before, JsonObject after, Shape shape) {
        Difference all = new Difference();
        Walk walk = new Walk();
        walk.compare(before, after, shape, all);
        return new Comparison(root(all.added), root(all.modified), root(all.removed), walk.isNamed);
    }

    private static JsonObject root(@Nullable JsonObject node) {
        return node == null ? JsonObject.EMPTY : node;
    }

    boolean isSame() {
        return added.isEmpty() && modified.isEmpty() && removed.isEmpty();
    }

    /// What the new version set: added or modified.
    JsonObject written() {
        return FieldSets.union(modified, added);
    }

    Comparison without(JsonObject fields) {
        UnaryOperator<JsonObject> filter = set -> FieldSets.differenceWithChildren(set, fields);
        return fields.isEmpty()
                ? this
                : new Comparison(
                        filter.apply(added),
                        filter.apply(modified),
                        filter.apply(removed),
                        isNamed);
    }

    /// The nodes of one place in the three sets; null where it has none.
    private static final class Difference {
        private @Nullable JsonObject added;
        private @Nullable JsonObject modified;
        private @Nullable JsonObject removed;

        void clear() {
            added = null;
            modified = null;
            removed = null;
        }
    }

    /// Collects the nodes of the children of one place.
    private static final class Children {
        private final Walk walk;
        private final Difference child = new Difference();
        private JsonObject.@Nullable Builder added;
        private JsonObject.@Nullable Builder modified;
        private JsonObject.@Nullable Builder removed;

        Children(Walk walk) {
            this.walk = walk;
        }

        void visit(String element, @Nullable Json before, @Nullable Json after, Shape shape) {
            if (before == null && after != null) {
                added = put(added, element, walk.whole(after, shape));
            } else if (before != null && after == null) {
                removed = put(removed, element, walk.whole(before, shape));
            } else if (before != null && after != null) {
                child.clear();
                walk.compare(before, after, shape, child);
                added = put(added, element, child.added);
                modified = put(modified, element, child.modified);
                removed = put(removed, element, child.removed);
            }
        }

        /// Items of one name. Several are owned as a whole, so they come and go as one field beside
        /// the single item that was there before or is there after.
        void visit(String element, List<Json> before, List<Json> after, Shape shape) {
            Json single = before.size() == 1 ? before.getFirst() : null;
            Json left = after.size() == 1 ? after.getFirst() : null;
            boolean wereSeveral = before.size() > 1;
            boolean areSeveral = after.size() > 1;
            if (wereSeveral && areSeveral) {
                JsonObject changed = before.equals(after) ? null : JsonObject.EMPTY;
                modified = put(modified, element, changed);
                return;
            }
            visit(element, single, left, shape);
            if (wereSeveral) {
                removed = put(removed, element, JsonObject.EMPTY);
            } else if (areSeveral) {
                added = put(added, element, JsonObject.EMPTY);
            }
        }

        void finish(Difference place) {
            place.added = added == null ? null : added.build();
            place.modified = modified == null ? null : modified.build();
            place.removed = removed == null ? null : removed.build();
        }

        private static JsonObject.@Nullable Builder put(
                JsonObject.@Nullable Builder builder, String element, @Nullable JsonObject node) {
            if (node == null) {
                return builder;
            }
            JsonObject.Builder made = builder == null ? JsonObject.builder() : builder;
            return made.put(element, node);
        }
    }

    /// One walk through both versions.
    private static final class Walk {
        private boolean isNamed = true;

        private void compare(Json before, Json after, Shape shape, Difference place) {
            if (before == after) {
                return;
            }
            if (isEmpty(before) && isEmpty(after)) {
                // an empty list is not the same as none
                place.modified = before.equals(after) ? null : JsonObject.EMPTY;
                return;
            }
            if (shape.isMap(before) ? isMapOrNull(after) : shape.isMap(after) && before.isNull()) {
                compareMaps(mapOf(before), mapOf(after), shape, place);
            } else if (shape.isList(before)
                    ? after instanceof JsonArray || after.isNull()
                    : shape.isList(after) && before.isNull()) {
                compareLists(listOf(before), listOf(after), shape, place);
            } else if (!before.equals(after)) {
                place.modified = JsonObject.EMPTY;
            }
        }

        private static boolean isEmpty(Json value) {
            return switch (value) {
                case JsonObject map -> map.isEmpty();
                case JsonArray list -> list.isEmpty();
                case JsonNull _ -> true;
                default -> false;
            };
        }

        private static boolean isMapOrNull(Json value) {
            return value instanceof JsonObject || value instanceof JsonNull;
        }

        private static JsonObject mapOf(Json value) {
            return value instanceof JsonObject object ? object : JsonObject.EMPTY;
        }

        private static JsonArray listOf(Json value) {
            return value instanceof JsonArray array ? array : JsonArray.EMPTY;
        }

        private void compareMaps(
                JsonObject before, JsonObject after, Shape shape, Difference place) {
            Children children = new Children(this);
            int i = 0;
            int j = 0;
            while (i < before.size() || j < after.size()) {
                int order = 1;
                if (j >= after.size()) {
                    order = -1;
                } else if (i < before.size()) {
                    order = before.nameAt(i).compareTo(after.nameAt(j));
                }
                Json left = order <= 0 ? before.valueAt(i) : null;
                Json right = order >= 0 ? after.valueAt(j) : null;
                if (left != right) {
                    Shape.Field field =
                            shape.field(order <= 0 ? before.nameAt(i) : after.nameAt(j));
                    children.visit(field.element(), left, right, field.shape());
                }
                i += order <= 0 ? 1 : 0;
                j += order >= 0 ? 1 : 0;
            }
            children.finish(place);
        }

        private void compareLists(
                JsonArray before, JsonArray after, Shape shape, Difference place) {
            Map<String, List<Json>> left = byElement(before, shape);
            Map<String, List<Json>> right = byElement(after, shape);
            Children children = new Children(this);
            left.forEach(
                    (element, items) ->
                            children.visit(
                                    element,
                                    items,
                                    right.getOrDefault(element, List.of()),
                                    shape.item()));
            right.forEach(
                    (element, items) -> {
                        if (!left.containsKey(element)) {
                            children.visit(element, List.of(), items, shape.item());
                        }
                    });
            children.finish(place);
        }

        private Map<String, List<Json>> byElement(JsonArray list, Shape shape) {
            Map<String, List<Json>> found = LinkedHashMap.newLinkedHashMap(list.size());
            for (Json item : list) {
                String element = shape.element(item);
                if (element != null) {
                    List<Json> first = found.putIfAbsent(element, List.of(item));
                    if (first instanceof ArrayList<Json> several) {
                        several.add(item);
                    } else if (first != null) {
                        // few lists name anything twice, but one may name it a hundred thousand
                        // times
                        List<Json> several = new ArrayList<>(first);
                        several.add(item);
                        found.put(element, several);
                    }
                } else {
                    isNamed = false;
                }
            }
            return found;
        }

        /// All of a value that stands on one side only, itself included.
        private JsonObject whole(Json value, Shape shape) {
            if (shape.isMap(value) && value instanceof JsonObject map && !map.isEmpty()) {
                JsonObject.Builder node =
                        JsonObject.builder().put(FieldSets.SELF, JsonObject.EMPTY);
                for (int i = 0; i < map.size(); i++) {
                    Shape.Field field = shape.field(map.nameAt(i));
                    node.put(field.element(), whole(map.valueAt(i), field.shape()));
                }
                return node.build();
            }
            if (shape.isList(value) && value instanceof JsonArray list && !list.isEmpty()) {
                JsonObject.Builder node =
                        JsonObject.builder().put(FieldSets.SELF, JsonObject.EMPTY);
                // items of the same name are one, and owned as a whole
                byElement(list, shape)
                        .forEach(
                                (element, items) ->
                                        node.put(
                                                element,
                                                items.size() > 1
                                                        ? JsonObject.EMPTY
                                                        : whole(items.getFirst(), shape.item())));
                return node.build();
            }
            return JsonObject.EMPTY;
        }
    }
}
