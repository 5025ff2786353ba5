package kat.api.patch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.Status;
import kat.api.json.GoText;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.schema.Schema;
import org.jspecify.annotations.Nullable;

/// Kubernetes' strategic merge patch: a merge patch in which the schema says how lists are merged
/// (by a key, as a set, or replaced) and in which directives steer the merge.
///
/// | directive | effect |
/// |---|---|
/// | `$patch: replace` in an object, or as an item of a list | the patch replaces what stands there
/// |
/// | `$patch: delete` in an object | empties it |
/// | `$patch: delete` in an item with its key | removes that item |
/// | `$retainKeys: [..]` | removes the members that are not named |
/// | `$deleteFromPrimitiveList/x: [..]` | removes these scalars from the list `x` |
/// | `$setElementOrder/x: [..]` | orders the list `x` |
///
/// Items that only the patch names stand before those that only the object has, wherever the order
/// of the object does not say otherwise.
///
/// **Source:** "Update API Objects in Place Using kubectl patch", strategic merge patch design.
public final class StrategicMergePatch {

    static final String DIRECTIVE = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String DELETE_FROM_LIST = "$deleteFromPrimitiveList/";
    private static final String ELEMENT_ORDER = "$setElementOrder/";

    private StrategicMergePatch() {}

    /// Applies a patch that a client sent.
    ///
    /// @param schema of the object
    /// @throws kat.api.StatusException 400 when the patch is no object or breaks a directive's
    ///     form, 422 or 500 as Kubernetes has it for what cannot be merged
    public static JsonObject apply(JsonObject original, Json patch, Schema schema) {
        if (patch instanceof JsonObject changes) {
            return merge(original, changes, schema);
        }
        throw Status.badRequest(
                        "json: cannot unmarshal "
                                + MergePatch.goType(patch)
                                + " into Go value of type map[string]interface {}")
                .asException();
    }

    static JsonObject merge(JsonObject original, JsonObject patch, @Nullable Schema schema) {
        Json directive = patch.get(DIRECTIVE);
        if (directive != null) {
            return replaceOrDelete(directive, patch);
        }
        Map<String, Json> result = members(original);
        Map<String, Json> changes = members(patch);
        retainKeys(result, changes);
        mergeOrdered(result, changes, schema);
        for (Map.Entry<String, Json> change : changes.entrySet()) {
            String name = change.getKey();
            boolean deletes = name.startsWith(DELETE_FROM_LIST);
            mergeMember(
                    result,
                    deletes ? name.substring(DELETE_FROM_LIST.length()) : name,
                    change.getValue(),
                    deletes,
                    schema);
        }
        return JsonObject.of(result);
    }

    private static JsonObject replaceOrDelete(Json directive, JsonObject patch) {
        return switch (directive) {
            case JsonString(String value) when value.equals("replace") -> patch.without(DIRECTIVE);
            case JsonString(String value) when value.equals("delete") -> JsonObject.EMPTY;
            default -> throw ListMerge.badDirective(directive, patch);
        };
    }

    private static void mergeMember(
            Map<String, Json> result,
            String name,
            Json change,
            boolean deletes,
            @Nullable Schema schema) {
        Json before = result.get(name);
        if (change.isNull()) {
            result.remove(name);
        } else if (before == null || !sameKind(before, change)) {
            if (!deletes) {
                put(result, name, change);
            }
        } else if (before instanceof JsonObject object && change instanceof JsonObject changes) {
            Schema child = child(schema, name);
            boolean replace = child != null && child.patchStrategies().contains("replace");
            result.put(name, replace ? changes : merge(object, changes, child));
        } else if (before instanceof JsonArray list && change instanceof JsonArray changes) {
            result.put(name, mergeList(list, changes, child(schema, name), deletes));
        } else {
            result.put(name, change);
        }
    }

    private static boolean sameKind(Json before, Json change) {
        return before.getClass() == change.getClass();
    }

    private static void put(Map<String, Json> result, String name, Json change) {
        Json clean = withoutDirectives(MergePatch.withoutNulls(change));
        if (clean != null) {
            result.put(name, clean);
        }
    }

    private static JsonArray mergeList(
            JsonArray before, JsonArray change, @Nullable Schema schema, boolean deletes) {
        if (schema == null || !(deletes || schema.patchStrategies().contains("merge"))) {
            return change;
        }
        return ListMerge.of(schema).merge(before, change, deletes);
    }

    private static void retainKeys(Map<String, Json> original, Map<String, Json> patch) {
        Json directive = patch.remove(RETAIN_KEYS);
        if (directive == null) {
            return;
        }
        if (!(directive instanceof JsonArray list)) {
            throw Status.badRequest("invalid patch format of retainKeys").asException();
        }
        List<String> retained = list.strings();
        for (Map.Entry<String, Json> change : patch.entrySet()) {
            String name = change.getKey();
            boolean exempt =
                    change.getValue().isNull()
                            || name.startsWith(DELETE_FROM_LIST)
                            || name.startsWith(ELEMENT_ORDER);
            if (!exempt && !retained.contains(name)) {
                throw Status.badRequest("invalid patch format of retainKeys").asException();
            }
        }
        original.keySet().retainAll(retained);
    }

    /// Merges the lists that the patch gives an order for, and takes them out of the patch.
    private static void mergeOrdered(
            Map<String, Json> original, Map<String, Json> patch, @Nullable Schema schema) {
        for (String directive : List.copyOf(patch.keySet())) {
            if (directive.startsWith(ELEMENT_ORDER)) {
                JsonArray order = list(patch.remove(directive));
                String name = directive.substring(ELEMENT_ORDER.length());
                mergeOrderedList(original, patch, name, order, child(schema, name));
            }
        }
    }

    private static void mergeOrderedList(
            Map<String, Json> original,
            Map<String, Json> patch,
            String name,
            JsonArray order,
            @Nullable Schema schema) {
        boolean inOriginal = original.containsKey(name);
        boolean inPatch = patch.containsKey(name);
        JsonArray before = inOriginal ? list(original.get(name)) : JsonArray.EMPTY;
        JsonArray change = inPatch ? list(patch.get(name)) : JsonArray.EMPTY;
        if (schema == null) {
            throw Status.unexplained("unable to find api field for the json field \"" + name + "\"")
                    .asException();
        }
        ListMerge lists = ListMerge.of(schema);
        lists.requireInOrder(change, order);
        JsonArray merged;
        if (inOriginal && inPatch) {
            merged = mergeList(before, change, schema, false);
        } else if (inPatch) {
            merged = withoutDirectives(change) instanceof JsonArray kept ? kept : JsonArray.EMPTY;
        } else if (inOriginal) {
            merged = before;
        } else {
            return;
        }
        original.put(name, lists.order(merged, order, before));
        patch.remove(name);
    }

    private static JsonArray list(@Nullable Json value) {
        if (value instanceof JsonArray array) {
            return array;
        }
        throw Status.unexplained(
                        "expected a []interface {}, but received a "
                                + (value == null ? "<nil>" : GoText.typeOf(value)))
                .asException();
    }

    private static @Nullable Schema child(@Nullable Schema schema, String name) {
        if (schema == null) {
            return null;
        }
        return schema.type() == Schema.Type.MAP ? schema.values() : schema.field(name);
    }

    /// A value that is new to the object, without what carries a directive; null for nothing.
    static @Nullable Json withoutDirectives(Json value) {
        return switch (value) {
            case JsonObject object ->
                    object.has(DIRECTIVE)
                            ? null
                            : object.map((_, member) -> withoutDirectives(member));
            case JsonArray array -> {
                List<Json> kept = new ArrayList<>(array.size());
                for (Json item : array) {
                    Json clean = withoutDirectives(item);
                    if (clean != null) {
                        kept.add(clean);
                    }
                }
                yield new JsonArray(kept);
            }
            default -> value;
        };
    }

    private static Map<String, Json> members(JsonObject object) {
        Map<String, Json> members = new LinkedHashMap<>();
        object.forEach(members::put);
        return members;
    }
}
