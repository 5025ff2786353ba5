package kat.api.openapi;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// Joins the `/openapi/v2` documents of several servers.
///
/// What two of them call by one name and mean differently gets a name of its own in the one
/// that comes later: `NAME_v2`, `NAME_v3` … A path belongs to whom had it first.
///
/// **Threads:** any.
///
/// **Source:** `pkg/aggregator` of `k8s.io/kube-openapi`.
public final class OpenApiMerge {

    private static final String REFERENCE = "$ref";
    private static final String KINDS = "x-kubernetes-group-version-kind";
    private static final String DEFINITIONS = "definitions";
    private static final String PARAMETERS = "parameters";

    private OpenApiMerge() {}

    /// A document without the other paths, and without the definitions that only these needed.
    ///
    /// @param keeps tells of a path whether it stays
    public static JsonObject filtered(JsonObject document, Predicate<String> keeps) {
        JsonObject all = document.object("paths");
        JsonObject paths = kept(all, keeps);
        Set<String> before = reached(document, all);
        Set<String> after = reached(document, paths);
        JsonObject definitions =
                kept(
                        document.object(DEFINITIONS),
                        name -> after.contains(name) || !before.contains(name));
        return document.with("paths", paths).with(DEFINITIONS, definitions);
    }

    /// The first document with what the other has beyond it.
    public static JsonObject merged(JsonObject first, JsonObject other) {
        JsonObject taken = first.object("paths");
        JsonObject more = filtered(other, path -> !taken.has(path));
        if (more.object("paths").isEmpty()) {
            return first;
        }
        for (String list : List.of(DEFINITIONS, PARAMETERS)) {
            more = renamed(more, list, conflicts(first.object(list), more.object(list)));
        }
        JsonObject joined =
                first.with("paths", union(taken, more.object("paths")))
                        .with(
                                DEFINITIONS,
                                definitions(first.object(DEFINITIONS), more.object(DEFINITIONS)));
        JsonObject parameters = union(first.object(PARAMETERS), more.object(PARAMETERS));
        return parameters.isEmpty() ? joined : joined.with(PARAMETERS, parameters);
    }

    /// A document as protobuf, in the messages of gnostic's `openapi_v2`.
    ///
    /// @throws IllegalArgumentException when the document does not fit them
    public static byte[] protobuf(JsonObject document) {
        return SwaggerEncoder.encode(document);
    }

    private static JsonObject kept(JsonObject members, Predicate<String> keeps) {
        JsonObject.Builder result = JsonObject.builder();
        members.forEach(
                (name, value) -> {
                    if (keeps.test(name)) {
                        result.put(name, value);
                    }
                });
        return result.build();
    }

    /// The names of the definitions to which a part of a document leads.
    private static Set<String> reached(JsonObject document, JsonObject part) {
        Set<String> names = new HashSet<>();
        Deque<Json> open = new ArrayDeque<>(List.of(part));
        String prefix = "#/" + DEFINITIONS + "/";
        while (!open.isEmpty()) {
            switch (open.pop()) {
                case JsonArray array -> open.addAll(array.items());
                case JsonObject object -> {
                    object.forEach((_, value) -> open.add(value));
                    String reference = object.string(REFERENCE);
                    String name = reference.startsWith(prefix) ? after(reference, prefix) : "";
                    if (!name.isEmpty() && names.add(name)) {
                        open.add(document.object(DEFINITIONS).object(name));
                    }
                }
                default -> {}
            }
        }
        return names;
    }

    private static String after(String text, String prefix) {
        return text.substring(prefix.length());
    }

    /// New names for what is called as something else is called already.
    private static Map<String, String> conflicts(JsonObject first, JsonObject other) {
        Map<String, String> names = new HashMap<>();
        Set<String> used = new HashSet<>(first.names());
        for (String name : other.names()) {
            if (!first.has(name) || isSame(first.object(name), other.object(name))) {
                continue;
            }
            String free = free(name, first, other, used);
            names.put(name, free);
            used.add(free);
        }
        return names;
    }

    private static String free(String name, JsonObject first, JsonObject other, Set<String> used) {
        for (int i = 2; ; i++) {
            String next = name + "_v" + i;
            boolean known = first.has(next) && isSame(first.object(next), other.object(name));
            if (known || (!used.contains(next) && !other.has(next))) {
                return next;
            }
        }
    }

    /// Whether two definitions mean the same, whichever kinds they are said to be.
    private static boolean isSame(JsonObject one, JsonObject other) {
        return one.without(KINDS).equals(other.without(KINDS));
    }

    private static JsonObject renamed(JsonObject document, String list, Map<String, String> names) {
        if (names.isEmpty()) {
            return document;
        }
        JsonObject.Builder members = JsonObject.builder();
        document.object(list)
                .forEach((name, value) -> members.put(names.getOrDefault(name, name), value));
        Map<String, String> references = new HashMap<>();
        names.forEach(
                (name, free) -> references.put("#/" + list + "/" + name, "#/" + list + "/" + free));
        return (JsonObject) redirected(document.with(list, members.build()), references);
    }

    private static Json redirected(Json value, Map<String, String> references) {
        return switch (value) {
            case JsonArray array -> array.map(item -> redirected(item, references));
            case JsonObject object ->
                    object.map(
                            (name, member) ->
                                    name.equals(REFERENCE)
                                                    && member instanceof JsonString(String to)
                                            ? Json.of(references.getOrDefault(to, to))
                                            : redirected(member, references));
            default -> value;
        };
    }

    private static JsonObject union(JsonObject first, JsonObject other) {
        JsonObject.Builder all = JsonObject.builder();
        other.forEach(all::put);
        first.forEach(all::put);
        return all.build();
    }

    private static JsonObject definitions(JsonObject first, JsonObject other) {
        JsonObject.Builder all = JsonObject.builder();
        other.forEach(all::put);
        first.forEach(
                (name, value) ->
                        all.put(
                                name,
                                value instanceof JsonObject definition
                                        ? withKinds(definition, other.object(name))
                                        : value));
        return all.build();
    }

    private static JsonObject withKinds(JsonObject definition, JsonObject other) {
        List<Json> kinds = new ArrayList<>(definition.array(KINDS).items());
        for (Json kind : other.array(KINDS)) {
            if (!kinds.contains(kind)) {
                kinds.add(kind);
            }
        }
        boolean more = kinds.size() > definition.array(KINDS).size();
        return more ? definition.with(KINDS, new JsonArray(kinds)) : definition;
    }
}
