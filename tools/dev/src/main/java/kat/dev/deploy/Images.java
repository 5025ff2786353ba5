package kat.dev.deploy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// Puts references of built images in the place of artifacts' names in manifests.
///
/// **Source:** skaffold replaces the field `image` of workloads when it names an artifact, with
/// any tag, and leaves references with a digest alone.
final class Images {

    private static final Set<String> WORKLOADS =
            Set.of(
                    "Pod",
                    "ReplicaSet",
                    "ReplicationController",
                    "Deployment",
                    "StatefulSet",
                    "DaemonSet",
                    "Job",
                    "CronJob",
                    "PodTemplate",
                    "Service",
                    "Rollout",
                    "ScaledJob");

    private Images() {}

    static List<JsonObject> replaced(List<JsonObject> manifests, Map<String, String> references) {
        return manifests.stream().map(manifest -> replaced(manifest, references)).toList();
    }

    private static JsonObject replaced(JsonObject manifest, Map<String, String> references) {
        if (manifest.string("kind").equals("List")) {
            JsonArray items = manifest.array("items");
            return manifest.with(
                    "items",
                    items.map(
                            item ->
                                    item instanceof JsonObject object
                                            ? replaced(object, references)
                                            : item));
        }
        return WORKLOADS.contains(manifest.string("kind"))
                ? (JsonObject) walk(manifest, references)
                : manifest;
    }

    private static Json walk(Json value, Map<String, String> references) {
        return switch (value) {
            case JsonObject object ->
                    object.map(
                            (name, member) ->
                                    name.equals("image")
                                                    && member instanceof JsonString(String text)
                                            ? Json.of(image(text, references))
                                            : walk(member, references));
            case JsonArray items -> items.map(item -> walk(item, references));
            default -> value;
        };
    }

    private static String image(String said, Map<String, String> references) {
        ImageReference reference = ImageReference.of(said);
        String built = references.getOrDefault(reference.repository(), "");
        return reference.digest().isEmpty() && !built.isEmpty() ? built : said;
    }
}
