package kat.dev.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kat.api.json.JsonObject;

/// Something that runs pods and can be waited for.
///
/// @param kind as kubectl takes it, in small letters
public record Workload(String kind, String namespace, String name) {

    private static final Set<String> KINDS = Set.of("Deployment", "StatefulSet", "DaemonSet");

    @Override
    public String toString() {
        return kind + "/" + name + (namespace.isEmpty() ? "" : " in " + namespace);
    }

    /// The workloads among manifests, those of lists included.
    ///
    /// @param namespace for those that name none; empty for that of the context
    public static List<Workload> among(List<JsonObject> manifests, String namespace) {
        List<Workload> found = new ArrayList<>();
        for (JsonObject manifest : manifests) {
            if (manifest.string("kind").equals("List")) {
                found.addAll(among(manifest.array("items").objects(), namespace));
            } else if (KINDS.contains(manifest.string("kind"))
                    && manifest.string("apiVersion").startsWith("apps/")) {
                JsonObject metadata = manifest.object("metadata");
                found.add(
                        new Workload(
                                manifest.string("kind").toLowerCase(java.util.Locale.ROOT),
                                metadata.string("namespace", namespace),
                                metadata.string("name")));
            }
        }
        return found;
    }

    /// The flag that names its namespace; none for that of the context.
    List<String> where() {
        return namespace.isEmpty() ? List.of() : List.of("-n", namespace);
    }
}
