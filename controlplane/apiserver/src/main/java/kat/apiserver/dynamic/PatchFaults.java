package kat.apiserver.dynamic;

import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// Why an operation of a JSON patch does not apply, in the words of the library that Kubernetes
/// uses.
///
/// **Source:** `gopkg.in/evanphx/json-patch.v4`, `patch.go`.
final class PatchFaults {

    private static final Set<String> OPERATIONS =
            Set.of("add", "remove", "replace", "move", "copy", "test");

    private static final String MISSING = ": missing value";

    private PatchFaults() {}

    /// @param document before the operation
    static String of(JsonObject document, JsonObject operation) {
        String op = operation.string("op");
        if (!OPERATIONS.contains(op)) {
            return "Unexpected kind: "
                    + (operation.get("op") instanceof JsonString ? op : "unknown");
        }
        boolean copies = op.equals("move") || op.equals("copy");
        if (copies && !(operation.get("from") instanceof JsonString)) {
            return op + " operation failed to decode from: operation, missing from field" + MISSING;
        }
        if (!(operation.get("path") instanceof JsonString)) {
            boolean isBrief = op.equals("add") || op.equals("remove") || op.equals("copy");
            return op
                    + " operation failed to decode path"
                    + (isBrief ? "" : ": operation missing path field")
                    + MISSING;
        }
        return op.equals("test") ? untrue(document, operation) : unapplied(document, operation);
    }

    private static String untrue(JsonObject document, JsonObject operation) {
        String path = operation.string("path");
        Json holder = path.isEmpty() ? document : holder(document, path);
        if (holder == null) {
            return "test operation does not apply: is missing path: " + path + MISSING;
        }
        if (holder instanceof JsonArray && value(document, path) == null) {
            return "error in test for path: '" + path + "': " + noIndex(key(path));
        }
        return "testing value " + path + " failed: test failed";
    }

    private static String noIndex(String key) {
        return "Unable to access invalid index: " + key + ": invalid index referenced";
    }

    private static String unapplied(JsonObject document, JsonObject operation) {
        String op = operation.string("op");
        String path = operation.string("path");
        String from = operation.string("from");
        boolean copies = op.equals("move") || op.equals("copy");
        if (op.equals("replace") && path.isEmpty()) {
            return "replace operation value must be object or array: %!w(<nil>)";
        }
        if (copies && holder(document, from) == null) {
            return op + " operation does not apply: doc is missing from path: " + from + MISSING;
        }
        if (copies && value(document, from) == null) {
            return "error in "
                    + op
                    + " for "
                    + (op.equals("move") ? "path: '" : "from: '")
                    + (op.equals("move") ? key(from) : from)
                    + "': Unable to remove nonexistent key: "
                    + key(from)
                    + MISSING;
        }
        Json holder = holder(document, path);
        if (holder == null) {
            return switch (op) {
                        case "add", "remove" ->
                                op
                                        + " operation does not apply: doc is missing path: \""
                                        + path
                                        + "\"";
                        case "replace" ->
                                op + " operation does not apply: doc is missing path: " + path;
                        default ->
                                op
                                        + " operation does not apply: doc is missing destination path: "
                                        + path;
                    }
                    + MISSING;
        }
        if (holder instanceof JsonArray) {
            return "error in " + op + " for path: '" + path + "': " + noIndex(key(path));
        }
        return op.equals("replace")
                ? "replace operation does not apply: doc is missing key: " + path + MISSING
                : "error in "
                        + op
                        + " for path: '"
                        + path
                        + "': Unable to remove nonexistent key: "
                        + key(path)
                        + MISSING;
    }

    private static String key(String path) {
        return decoded(path.substring(path.lastIndexOf('/') + 1));
    }

    private static String decoded(String token) {
        return token.replace("~1", "/").replace("~0", "~");
    }

    private static @Nullable Json holder(Json document, String path) {
        int last = path.lastIndexOf('/');
        return last < 0 ? null : value(document, path.substring(0, last));
    }

    private static @Nullable Json value(Json document, String path) {
        Json found = document;
        for (String token : path.isEmpty() ? new String[0] : path.substring(1).split("/", -1)) {
            found =
                    switch (found) {
                        case JsonObject object -> object.get(decoded(token));
                        case JsonArray array when token.matches("\\d{1,6}") -> {
                            int index = Integer.parseInt(token);
                            yield index < array.size() ? array.get(index) : null;
                        }
                        case null, default -> null;
                    };
        }
        return found instanceof JsonObject || found instanceof JsonArray || !path.isEmpty()
                ? found
                : null;
    }
}
