package kat.api.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonPlaces;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// The JSON patch: a list of operations, applied in order, all or none.
///
/// It follows the library that Kubernetes uses where that is more lenient than the RFC: an index
/// may be negative and counts from the end, `replace` of an absent member adds it.
///
/// **Limits:** up to [#MAX_OPERATIONS], whose copies have up to [#MAX_COPIED_BYTES] together: a few
/// dozens that each double what the one before made would fill any memory.
///
/// **Source:** RFC 6902, RFC 6901; kube-apiserver's `JSONPatchMaxCopyBytes`.
public final class JsonPatch {

    /// The number of operations that the API server accepts.
    public static final int MAX_OPERATIONS = 10_000;

    /// What all copies of a patch may have together, as JSON.
    public static final long MAX_COPIED_BYTES = 3 << 20;

    private static final Set<String> MEMBERS = Set.of("op", "path", "from", "value");

    private JsonPatch() {}

    /// Applies a patch that a client sent.
    ///
    /// @return any JSON value, since a patch may replace the whole document
    /// @throws kat.api.StatusException 400 when the patch is no list of objects, 413 when it has
    ///     too many operations, 422 when an operation is unknown, does not apply or tests false
    public static Json apply(JsonObject original, Json patch) {
        List<JsonObject> operations = operations(patch, "jsonpatch.Patch", "jsonpatch.Operation");
        if (operations.size() > MAX_OPERATIONS) {
            throw Status.tooLarge(
                            "Request entity is too large: The allowed maximum operations in a JSON"
                                    + " patch is "
                                    + MAX_OPERATIONS
                                    + ", got "
                                    + operations.size())
                    .asException();
        }
        Json document = original;
        Copies copies = new Copies();
        for (JsonObject operation : operations) {
            Json next = applyOne(document, operation, copies);
            if (next == null) {
                throw Status.requestError().asException();
            }
            document = next;
        }
        return document;
    }

    /// What was copied so far.
    private static final class Copies {

        private long bytes;

        /// Whether one more copy may be made.
        boolean take(Json value) {
            bytes += value.toBytes().length;
            return bytes <= MAX_COPIED_BYTES;
        }
    }

    /// @param all what Kubernetes reads all into, a type of Go's
    /// @param type what it reads one into
    private static List<JsonObject> operations(Json patch, String all, String type) {
        if (!(patch instanceof JsonArray list)) {
            if (patch.isNull()) {
                return List.of();
            }
            throw undecodable(patch, all);
        }
        List<JsonObject> operations = new ArrayList<>(list.size());
        for (Json item : list) {
            if (item.isNull()) {
                operations.add(JsonObject.EMPTY);
            } else if (item instanceof JsonObject operation) {
                operations.add(operation);
            } else {
                throw undecodable(item, type);
            }
        }
        return operations;
    }

    /// Where operations have members that no operation has.
    ///
    /// @throws kat.api.StatusException 400 when a member that must be text is none
    public static JsonPlaces unknownMembers(Json patch) {
        JsonPlaces unknown = new JsonPlaces();
        int index = 0;
        for (JsonObject operation :
                operations(patch, "[]handlers.jsonPatchOp", "handlers.jsonPatchOp")) {
            int at = index;
            operation.forEach(
                    (name, value) -> {
                        if (!MEMBERS.contains(name)) {
                            unknown.enter(at).enter(name).mark();
                        } else if (!name.equals("value")
                                && !value.isNull()
                                && !(value instanceof JsonString)) {
                            throw Status.badRequest(
                                            "error decoding patch: json: cannot unmarshal "
                                                    + MergePatch.goType(value)
                                                    + " into Go struct field jsonPatchOp."
                                                    + name
                                                    + " of type string")
                                    .asException();
                        }
                    });
            index++;
        }
        return unknown;
    }

    private static RuntimeException undecodable(Json value, String type) {
        return Status.badRequest(
                        "error decoding patch: json: cannot unmarshal "
                                + MergePatch.goType(value)
                                + " into Go value of type "
                                + type)
                .asException();
    }

    /// The document after one operation; null when it does not apply.
    private static @Nullable Json applyOne(Json document, JsonObject operation, Copies copies) {
        if (!(operation.get("path") instanceof JsonString(String path))) {
            return null;
        }
        Json given = operation.get("value");
        Json value = given == null ? JsonNull.NULL : given;
        return switch (operation.string("op")) {
            case "add" -> change(document, path, at -> add(at, value));
            case "remove" -> change(document, path, JsonPatch::remove);
            case "replace" -> replace(document, path, value);
            case "test" -> test(document, path, value) ? document : null;
            case "move" -> move(document, operation, path);
            case "copy" -> copy(document, operation, path, copies);
            default -> null;
        };
    }

    private static @Nullable Json replace(Json document, String path, Json value) {
        if (path.isEmpty()) {
            return value instanceof JsonObject || value instanceof JsonArray ? value : null;
        }
        return change(document, path, at -> set(at, value));
    }

    private static boolean test(Json document, String path, Json value) {
        if (path.isEmpty()) {
            return document.equals(value);
        }
        Json found = get(document, path);
        return found != null && found.equals(value);
    }

    private static @Nullable Json move(Json document, JsonObject operation, String path) {
        if (!(operation.get("from") instanceof JsonString(String from))) {
            return null;
        }
        Json value = get(document, from);
        Json without = value == null ? null : change(document, from, JsonPatch::remove);
        return value == null || without == null
                ? null
                : change(without, path, at -> add(at, value));
    }

    private static @Nullable Json copy(
            Json document, JsonObject operation, String path, Copies copies) {
        if (!(operation.get("from") instanceof JsonString(String from))) {
            return null;
        }
        Json value = get(document, from);
        return value == null || !copies.take(value)
                ? null
                : change(document, path, at -> add(at, value));
    }

    /// A step's holder and the last token of the path within it.
    private record Place(Json holder, String key) {}

    private interface Edit {
        @Nullable Json apply(Place place);
    }

    /// The document with the holder at the path's end edited; null when the path leads nowhere.
    private static @Nullable Json change(Json document, String path, Edit edit) {
        String[] tokens = tokens(path);
        return tokens == null ? null : change(document, tokens, 0, edit);
    }

    private static @Nullable Json change(Json holder, String[] tokens, int depth, Edit edit) {
        if (depth == tokens.length - 1) {
            return edit.apply(new Place(holder, tokens[depth]));
        }
        Place place = new Place(holder, tokens[depth]);
        Json child = child(place);
        Json changed = child == null ? null : change(child, tokens, depth + 1, edit);
        return changed == null ? null : set(place, changed);
    }

    /// The value at a path: null when a step on the way is missing, [JsonNull] when only the last
    /// member is.
    private static @Nullable Json get(Json document, String path) {
        String[] tokens = tokens(path);
        Json at = tokens == null ? null : document;
        for (int i = 0; tokens != null && at != null && i < tokens.length; i++) {
            Place place = new Place(at, tokens[i]);
            at = child(place);
            if (at == null && i == tokens.length - 1 && place.holder() instanceof JsonObject) {
                return JsonNull.NULL;
            }
        }
        return at;
    }

    private static String @Nullable [] tokens(String path) {
        String[] split = path.split("/", -1);
        if (split.length < 2) {
            return null;
        }
        String[] tokens = new String[split.length - 1];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = unescape(split[i + 1]);
        }
        return tokens;
    }

    private static String unescape(String token) {
        return token.indexOf('~') < 0 ? token : token.replace("~1", "/").replace("~0", "~");
    }

    private static @Nullable Json child(Place place) {
        return switch (place.holder()) {
            case JsonObject object -> object.get(place.key());
            case JsonArray array -> {
                int index = index(place.key(), array.size());
                yield index < 0 || index >= array.size() ? null : array.get(index);
            }
            default -> null;
        };
    }

    private static @Nullable Json set(Place place, Json value) {
        return switch (place.holder()) {
            case JsonObject object -> object.with(place.key(), value);
            case JsonArray array -> {
                int index = index(place.key(), array.size());
                if (index < 0 || index >= array.size()) {
                    yield null;
                }
                List<Json> items = new ArrayList<>(array.items());
                items.set(index, value);
                yield new JsonArray(items);
            }
            default -> null;
        };
    }

    private static @Nullable Json add(Place place, Json value) {
        return switch (place.holder()) {
            case JsonObject object -> object.with(place.key(), value);
            case JsonArray array when place.key().equals("-") -> array.with(value);
            case JsonArray array -> {
                int index = index(place.key(), array.size() + 1);
                if (index < 0 || index > array.size()) {
                    yield null;
                }
                List<Json> items = new ArrayList<>(array.items());
                items.add(index, value);
                yield new JsonArray(items);
            }
            default -> null;
        };
    }

    private static @Nullable Json remove(Place place) {
        return switch (place.holder()) {
            case JsonObject object -> object.has(place.key()) ? object.without(place.key()) : null;
            case JsonArray array -> {
                int index = index(place.key(), array.size());
                if (index < 0 || index >= array.size()) {
                    yield null;
                }
                List<Json> items = new ArrayList<>(array.items());
                items.remove(index);
                yield new JsonArray(items);
            }
            default -> null;
        };
    }

    /// The index that a token names, counted from the end when negative; -1 when it is none.
    private static int index(String token, int size) {
        try {
            int index = Integer.parseInt(token);
            return index < 0 ? Math.max(index + size, -1) : index;
        } catch (NumberFormatException notAnIndex) {
            return -1;
        }
    }
}
