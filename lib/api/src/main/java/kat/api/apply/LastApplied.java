package kat.api.apply;

import java.nio.charset.StandardCharsets;
import kat.api.json.GoJson;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;

/// The annotation in which `kubectl apply` keeps on the client's side what it applied, and by
/// which its fields pass to server-side apply.
final class LastApplied {

    static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

    /// In bytes; what all annotations of an object may hold together.
    private static final int MAX_ANNOTATIONS = 256 * 1024;

    private LastApplied() {}

    /// The fields that the annotation names and that nobody changed since.
    static JsonObject ownedFields(JsonObject live, Shape shape) {
        String text = annotation(live);
        if (text.isEmpty()) {
            return JsonObject.EMPTY;
        }
        try {
            if (!(Json.parse(text.getBytes(StandardCharsets.UTF_8)) instanceof JsonObject last)) {
                return JsonObject.EMPTY;
            }
            Comparison since = Comparison.of(last, live, shape);
            JsonObject changed = FieldSets.union(since.written(), since.removed());
            return FieldSets.difference(TypedTrees.fields(last, shape), changed);
        } catch (JsonException notReadable) {
            return JsonObject.EMPTY;
        }
    }

    /// The object with its annotation, if it has one, saying what was applied now.
    static JsonObject sync(JsonObject object, JsonObject applied) {
        if (annotation(object).isEmpty()) {
            return object;
        }
        JsonObject kept = applied.withoutAt("metadata", "annotations", ANNOTATION);
        String text = GoJson.escaped(kept.toString()) + "\n";
        return object.change(
                "metadata",
                metadata ->
                        metadata.change(
                                "annotations",
                                all ->
                                        text.length() > MAX_ANNOTATIONS
                                                ? all.without(ANNOTATION)
                                                : all.with(ANNOTATION, text)));
    }

    private static String annotation(JsonObject object) {
        return object.at("metadata", "annotations").string(ANNOTATION);
    }
}
