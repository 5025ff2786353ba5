package kat.apiserver.rest;

import java.util.List;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.http.QueryFlag;

/// What a request to open a stream asks for, as an object that admission sees.
///
/// **Source:** `PodExecOptions` and its like in `core/v1`.
final class ConnectOptions {

    private static final List<String> STREAMS = List.of("stdin", "stdout", "stderr", "tty");

    private ConnectOptions() {}

    /// @param kind of the options: `PodExecOptions`, `ServiceProxyOptions` …
    /// @param query every value of a parameter
    /// @param path behind `/proxy`
    static JsonObject of(Kind kind, Function<String, List<String>> query, String path) {
        JsonObject.Builder options =
                JsonObject.builder().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        switch (kind.kind()) {
            case "PodExecOptions", "PodAttachOptions" -> {
                for (String name : STREAMS) {
                    if (QueryFlag.isTrue(query.apply(name))) {
                        options.put(name, true);
                    }
                }
                List<String> container = query.apply("container");
                options.putUnlessEmpty(
                        "container", container.isEmpty() ? "" : container.getFirst());
                List<String> command = query.apply("command");
                if (!command.isEmpty()) {
                    options.put("command", JsonArray.ofStrings(command));
                }
            }
            case "PodPortForwardOptions" -> {
                List<Json> ports =
                        query.apply("ports").stream()
                                .filter(port -> port.matches("[0-9]{1,5}"))
                                .map(port -> Json.of(Long.parseLong(port)))
                                .toList();
                if (!ports.isEmpty()) {
                    options.put("ports", new JsonArray(ports));
                }
            }
            default -> options.putUnlessEmpty("path", path);
        }
        return options.build();
    }
}
