package kat.api.apply;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.schema.Schema;
import org.jspecify.annotations.Nullable;

/// What apply does with trees whose shape is known: naming their fields, merging one into another,
/// removing fields.
///
/// **Source:** structured-merge-diff's `typed` package.
final class TypedTrees {

    private TypedTrees() {}

    /// Every field and item that an object mentions; containers only where they are items, keys of
    /// a map, empty or null.
    static JsonObject fields(JsonObject object, Shape shape) {
        return fieldsOfMap(object, shape);
    }

    private static JsonObject fieldsOfMap(JsonObject map, Shape shape) {
        JsonObject.Builder set = JsonObject.builder();
        for (int i = 0; i < map.size(); i++) {
            String name = map.nameAt(i);
            Json value = map.valueAt(i);
            Shape.Field field = shape.field(name);
            boolean empty = value.isNull() || value.equals(JsonObject.EMPTY);
            boolean member = empty || !shape.declares(name);
            JsonObject node = node(value, field.shape(), member);
            if (node != null) {
                set.put(field.element(), node);
            }
        }
        return set.build();
    }

    private static @Nullable JsonObject node(Json value, Shape shape, boolean member) {
        JsonObject children;
        if (shape.isMap(value)) {
            children = fieldsOfMap((JsonObject) value, shape);
        } else if (shape.isList(value)) {
            children = fieldsOfList((JsonArray) value, shape);
        } else {
            return shape.form() != Shape.Form.LEAF && value.isNull() && !member
                    ? null
                    : JsonObject.EMPTY;
        }
        if (children.isEmpty()) {
            return member ? JsonObject.EMPTY : null;
        }
        return member ? children.with(FieldSets.SELF, JsonObject.EMPTY) : children;
    }

    private static JsonObject fieldsOfList(JsonArray list, Shape shape) {
        Map<String, JsonObject> set = new LinkedHashMap<>();
        for (Json item : list) {
            String element = shape.element(item);
            if (element != null) {
                JsonObject node = node(item, shape.item(), true);
                // an item that comes twice is owned as a whole
                boolean twice = set.containsKey(element);
                set.put(element, twice || node == null ? JsonObject.EMPTY : node);
            }
        }
        return JsonObject.of(set);
    }

    /// The first tree with what the second says in place of its own; nothing is removed.
    static Json merge(@Nullable Json live, @Nullable Json applied, Shape shape) {
        if (applied == null) {
            return live == null ? JsonNull.NULL : live;
        }
        if (live == null) {
            return applied;
        }
        if (shape.form() == Shape.Form.MAP && !isEmpty(live, applied)) {
            return isMapOrNull(live) && isMapOrNull(applied)
                    ? mergeMaps(map(live), map(applied), shape)
                    : applied;
        }
        if (shape.form() == Shape.Form.LIST && !isEmpty(live, applied)) {
            return isListOrNull(live) && isListOrNull(applied)
                    ? mergeLists(list(live), list(applied), shape)
                    : applied;
        }
        return applied;
    }

    private static boolean isEmpty(Json live, Json applied) {
        return map(live).isEmpty()
                && list(live).isEmpty()
                && map(applied).isEmpty()
                && list(applied).isEmpty();
    }

    private static boolean isMapOrNull(Json value) {
        return value instanceof JsonObject || value.isNull();
    }

    private static boolean isListOrNull(Json value) {
        return value instanceof JsonArray || value.isNull();
    }

    private static JsonObject map(Json value) {
        return value instanceof JsonObject object ? object : JsonObject.EMPTY;
    }

    private static JsonArray list(Json value) {
        return value instanceof JsonArray array ? array : JsonArray.EMPTY;
    }

    private static JsonObject mergeMaps(JsonObject live, JsonObject applied, Shape shape) {
        JsonObject.Builder merged = JsonObject.builder();
        TreeSet<String> names = new TreeSet<>(live.names());
        names.addAll(applied.names());
        for (String name : names) {
            Json value = merge(live.get(name), applied.get(name), shape.field(name).shape());
            // what is taken away stays as null until it is known who owned it
            merged.put(name, value);
        }
        return merged.build();
    }

    /// A tree without fields that are null, but for those that were null before. A key of a map
    /// that is null has the zero value of its type, as in Go.
    static Json withoutNulls(Json value, @Nullable Json before, Shape shape) {
        if (shape.isMap(value)) {
            JsonObject old = before instanceof JsonObject object ? object : JsonObject.EMPTY;
            return ((JsonObject) value)
                    .map(
                            (name, member) -> {
                                Json was = old.get(name);
                                boolean gone = member.isNull() && (was == null || !was.isNull());
                                Shape inner = shape.field(name).shape();
                                if (gone && shape.schema().type() == Schema.Type.MAP) {
                                    return inner.schema().zero();
                                }
                                return gone ? null : withoutNulls(member, was, inner);
                            });
        }
        if (!shape.isList(value)) {
            return value;
        }
        Map<String, List<Json>> old =
                byElement(before instanceof JsonArray list ? list : JsonArray.EMPTY, shape);
        return ((JsonArray) value)
                .map(
                        item -> {
                            String element = shape.element(item);
                            List<Json> same = element == null ? null : old.get(element);
                            Json was = same == null ? null : same.getFirst();
                            return withoutNulls(item, was, shape.item());
                        });
    }

    /// Keeps the order of the applied list for what it names; items that only the live list has
    /// stay where they stood between these.
    private static JsonArray mergeLists(JsonArray live, JsonArray applied, Shape shape) {
        Map<String, List<Json>> left = byElement(live, shape);
        Map<String, List<Json>> right = byElement(applied, shape);
        List<String> leftOrder = List.copyOf(left.keySet());
        List<String> rightOrder = List.copyOf(right.keySet());
        List<String> shared = new ArrayList<>(rightOrder);
        shared.removeIf(element -> !left.containsKey(element));
        List<Json> merged = new ArrayList<>();
        int i = 0;
        int j = 0;
        int next = 0;
        while (i < leftOrder.size() || j < rightOrder.size()) {
            String ofLeft = i < leftOrder.size() ? leftOrder.get(i) : "";
            String ofRight = j < rightOrder.size() ? rightOrder.get(j) : "";
            boolean both = i < leftOrder.size() && j < rightOrder.size();
            if (both && ofLeft.equals(ofRight)) {
                i++;
                j++;
                next++;
                merged.add(mergeItem(left.get(ofLeft), right.get(ofLeft), shape));
            } else if (both
                    && right.containsKey(ofLeft)
                    && next < shared.size()
                    && !shared.get(next).equals(ofLeft)) {
                i++; // shared, but its turn has not come or is over
            } else if (i < leftOrder.size() && !right.containsKey(ofLeft)) {
                i++;
                merged.addAll(left.get(ofLeft));
            } else if (j < rightOrder.size()) {
                j++;
                merged.add(mergeItem(left.get(ofRight), right.get(ofRight), shape));
                next += next < shared.size() && shared.get(next).equals(ofRight) ? 1 : 0;
            } else {
                i++;
            }
        }
        return new JsonArray(merged);
    }

    private static Json mergeItem(
            @Nullable List<Json> live, @Nullable List<Json> applied, Shape shape) {
        return merge(
                live == null ? null : live.getFirst(),
                applied == null ? null : applied.getFirst(),
                shape.item());
    }

    private static Map<String, List<Json>> byElement(JsonArray list, Shape shape) {
        Map<String, List<Json>> found = new LinkedHashMap<>();
        for (Json item : list) {
            String element = shape.element(item);
            if (element != null) {
                found.computeIfAbsent(element, _ -> new ArrayList<>()).add(item);
            }
        }
        return found;
    }

    /// A tree without these fields and items; null when nothing of a container is left.
    static @Nullable Json remove(Json value, JsonObject set, Shape shape) {
        if (shape.isMap(value)) {
            JsonObject rest = removeFromMap((JsonObject) value, set, shape);
            return rest.isEmpty() ? null : rest;
        }
        if (shape.isList(value)) {
            JsonArray rest = removeFromList((JsonArray) value, set, shape);
            return rest.isEmpty() ? null : rest;
        }
        return value instanceof JsonObject || value instanceof JsonArray ? null : value;
    }

    private static JsonObject removeFromMap(JsonObject map, JsonObject set, Shape shape) {
        return map.map(
                (name, value) -> {
                    Shape.Field field = shape.field(name);
                    return restOfMember(value, set.get(field.element()), field.shape());
                });
    }

    private static JsonArray removeFromList(JsonArray list, JsonObject set, Shape shape) {
        List<Json> kept = new ArrayList<>(list.size());
        for (Json item : list) {
            String element = shape.element(item);
            Json rest = rest(item, element == null ? null : set.get(element), shape.item());
            if (rest != null) {
                kept.add(rest);
            }
        }
        return new JsonArray(kept);
    }

    /// What is left of a value whose place in the set is `node`.
    private static @Nullable Json rest(Json value, @Nullable Json node, Shape shape) {
        if (!(node instanceof JsonObject below)) {
            return value;
        }
        return FieldSets.isMember(below) ? null : remove(value, below, shape);
    }

    /// As [#rest] for a member of a map, which stays by name when all that is in it goes.
    private static @Nullable Json restOfMember(Json value, @Nullable Json node, Shape shape) {
        if (!(node instanceof JsonObject below)) {
            return value;
        }
        if (FieldSets.isMember(below)) {
            return null;
        }
        Json rest = remove(value, below, shape);
        return rest == null ? JsonNull.NULL : rest;
    }
}
