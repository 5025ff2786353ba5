package kat.packages;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;

/// Requests that change objects: what they do in words, and how a cluster only tries them.
///
/// | asked | done | tried |
/// |---|---|---|
/// | `POST …/configmaps` | `created configmaps web` | with `?dryRun=All` |
/// | `PATCH …/deployments/web` | `changed deployments.apps web` | with `?dryRun=All` |
/// | `DELETE …/services/web` | `deleted services web` | with `dryRun` in its body |
final class Writes {

    private static final Map<String, String> DONE =
            Map.of("POST", "created", "PUT", "replaced", "PATCH", "changed", "DELETE", "deleted");

    private static final int FAULTS = 400;

    /// The API server reads no options from a deletion's query when it has a body.
    private static final JsonObject DELETION =
            JsonObject.of("apiVersion", Json.of("v1"), "kind", Json.of("DeleteOptions"))
                    .with("propagationPolicy", "Background")
                    .with("dryRun", JsonArray.ofStrings(List.of("All")));

    private Writes() {}

    static boolean isWrite(String method) {
        return DONE.containsKey(method);
    }

    /// A request's target, so that nothing is kept of what it does.
    static String tried(String target) {
        return target + (target.contains("?") ? "&" : "?") + "dryRun=All";
    }

    /// A request's body, so that nothing is kept of what it does.
    static byte[] tried(String method, byte[] body) {
        return method.equals("DELETE") ? DELETION.toBytes() : body;
    }

    /// What became of a request.
    ///
    /// @param path without its query
    /// @param body what was sent
    /// @param answer what came back with the code
    static String said(String method, String path, byte[] body, int code, byte[] answer) {
        String object = object(path, body);
        if (code < FAULTS) {
            return DONE.getOrDefault(method, method) + " " + object;
        }
        return "refused " + object + ": " + read(answer).string("message", "HTTP " + code);
    }

    /// Resource, group and name, such as `deployments.apps web`.
    private static String object(String path, byte[] body) {
        List<String> parts = Arrays.asList(path.substring(1).split("/", -1));
        boolean isCore = parts.getFirst().equals("api");
        String group = isCore || parts.size() < 2 ? "" : "." + parts.get(1);
        int at = isCore ? 2 : 3;
        if (parts.size() > at + 2 && parts.get(at).equals("namespaces")) {
            at += 2;
        }
        if (parts.size() <= at) {
            return path;
        }
        JsonObject metadata = read(body).object("metadata");
        String name =
                parts.size() > at + 1
                        ? parts.get(at + 1)
                        : metadata.string("name", metadata.string("generateName"));
        return parts.get(at) + group + " " + name;
    }

    private static JsonObject read(byte[] body) {
        try {
            return body.length > 0 && Json.parse(body) instanceof JsonObject object
                    ? object
                    : JsonObject.EMPTY;
        } catch (JsonException notJson) {
            // Some bodies are protobuf: the path tells enough.
            return JsonObject.EMPTY;
        }
    }
}
