package kat.api.patch;

import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The JSON merge patch: members replace members, null removes, lists are replaced as a whole.
///
/// **Source:** RFC 7386.
public final class MergePatch {

    private MergePatch() {}

    /// Applies a patch that a client sent.
    ///
    /// @throws kat.api.StatusException 400 when the patch is no object
    public static JsonObject apply(JsonObject original, Json patch) {
        if (patch instanceof JsonObject changes) {
            return merge(original, changes);
        }
        if (patch.isNull()) {
            throw Status.badRequest("Invalid JSON Patch").asException();
        }
        throw Status.badRequest(
                        "error decoding patch: json: cannot unmarshal "
                                + goType(patch)
                                + " into Go value of type map[string]interface {}")
                .asException();
    }

    /// The object with the changes of another merged in.
    public static JsonObject merge(JsonObject original, JsonObject patch) {
        JsonObject.Builder merged = original.toBuilder();
        for (int i = 0; i < patch.size(); i++) {
            String name = patch.nameAt(i);
            Json change = patch.valueAt(i);
            if (!change.isNull()) {
                merged.put(name, value(original.get(name), change));
            }
        }
        JsonObject result = merged.build();
        for (int i = 0; i < patch.size(); i++) {
            if (patch.valueAt(i).isNull()) {
                result = result.without(patch.nameAt(i));
            }
        }
        return result;
    }

    private static Json value(@Nullable Json before, Json change) {
        return before instanceof JsonObject object && change instanceof JsonObject changes
                ? merge(object, changes)
                : withoutNulls(change);
    }

    /// A new value without the members that are null, at any depth; items of lists stay.
    static Json withoutNulls(Json value) {
        return switch (value) {
            case JsonObject object ->
                    object.map((_, member) -> member.isNull() ? null : withoutNulls(member));
            case JsonArray array -> array.map(MergePatch::withoutNulls);
            default -> value;
        };
    }

    static String goType(Json value) {
        return switch (value.typeName()) {
            case "integer", "number" -> "number";
            case "boolean" -> "bool";
            case "object" -> "object";
            case "array" -> "array";
            default -> value instanceof JsonNull ? "null" : "string";
        };
    }
}
