package kat.apiserver.rest;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// How the parts of a cluster are, as ComponentStatuses. They are kept nowhere: each answer
/// asks the parts.
///
/// **Threads:** any.
///
/// **Source:** `pkg/registry/core/componentstatus`.
public final class ComponentHealth {

    static final Kind KIND = Kinds.builtIn().require("v1", "ComponentStatus");

    private final Map<String, Supplier<String>> parts = new ConcurrentSkipListMap<>();

    /// Asks a part from now on, instead of what was asked under its name before.
    ///
    /// @param fault what is wrong with it; empty when nothing is; may block for a moment
    public void tell(String name, Supplier<String> fault) {
        parts.put(name, fault);
    }

    /// In the order of their names.
    List<KubeObject> all() {
        return parts.entrySet().stream()
                .map(part -> status(part.getKey(), part.getValue().get()))
                .toList();
    }

    /// @throws kat.api.StatusException with reason NotFound
    KubeObject require(String name) {
        Supplier<String> part = parts.get(name);
        if (part == null) {
            // Kubernetes names the kind here, not the resource.
            Status.Details details =
                    new Status.Details(name, "", "componentstatus", "", List.of(), 0);
            String why = "componentstatus \"" + name + "\" not found";
            throw new Status(404, "NotFound", why, details).asException();
        }
        return status(name, part.get());
    }

    private static KubeObject status(String name, String fault) {
        JsonObject condition =
                JsonObject.builder()
                        .put("type", "Healthy")
                        .put("status", fault.isEmpty() ? "True" : "False")
                        .put("message", fault.isEmpty() ? "ok" : fault)
                        .build();
        return new KubeObject(
                JsonObject.builder()
                        .put("kind", KIND.kind())
                        .put("apiVersion", KIND.apiVersion())
                        .put("metadata", JsonObject.of("name", Json.of(name)))
                        .put("conditions", JsonArray.of(condition))
                        .build());
    }
}
