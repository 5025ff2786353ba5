package kat.api.strategy;

import kat.api.Kind;
import kat.api.custom.DefinitionStatus;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Steps of single kinds.
final class KindHooks {

    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    private KindHooks() {}

    /// A DaemonSet's generation of its template is a field inside of the server, and an annotation
    /// outside of it: each object that was decoded has one.
    static JsonObject converted(Kind kind, JsonObject object) {
        boolean unmarked =
                kind.kind().equals("DaemonSet")
                        && !kind.schema().isEmpty()
                        && !object.at("metadata", "annotations").has(TEMPLATE_GENERATION);
        return unmarked ? withTemplateGeneration(object, 0) : object;
    }

    static JsonObject onReadBack(Kind kind, JsonObject object) {
        return kind.kind().equals("Job") && !kind.schema().isEmpty()
                ? JobSelector.labelled(object)
                : object;
    }

    static JsonObject onCreate(Kind kind, JsonObject object) {
        if (kind.schema().isEmpty()) {
            return object;
        }
        return switch (kind.kind()) {
            case "DaemonSet" -> withTemplateGeneration(object, 1);
            case "Job" -> JobSelector.generate(object);
            case "Namespace" -> namespace(object);
            default -> object;
        };
    }

    static JsonObject onUpdate(Kind kind, JsonObject updated, JsonObject old) {
        if (kind.schema().isEmpty()) {
            return updated;
        }
        return switch (kind.kind()) {
            case "DaemonSet" -> daemonSet(updated, old);
            case "Namespace" -> finalizersOf(updated, old);
            case "CertificateSigningRequest" -> updated.with("spec", old.object("spec"));
            case "CustomResourceDefinition" ->
                    updated.with(
                            "status",
                            DefinitionStatus.stored(
                                    updated.object("status"), updated.object("spec")));
            default -> updated;
        };
    }

    private static JsonObject namespace(JsonObject namespace) {
        JsonArray finalizers = namespace.object("spec").array("finalizers");
        return finalizers.strings().contains("kubernetes")
                ? namespace
                : namespace.withAt(finalizers.with(Json.of("kubernetes")), "spec", "finalizers");
    }

    /// Finalizers of a namespace's spec change only through its `finalize` path.
    private static JsonObject finalizersOf(JsonObject updated, JsonObject old) {
        return updated.change(
                "spec",
                spec ->
                        old.object("spec").has("finalizers")
                                ? spec.with("finalizers", old.object("spec").array("finalizers"))
                                : spec.without("finalizers"));
    }

    private static JsonObject daemonSet(JsonObject updated, JsonObject old) {
        JsonObject annotations = old.at("metadata", "annotations");
        long before = parse(annotations.string(TEMPLATE_GENERATION));
        boolean changed = !updated.at("spec", "template").equals(old.at("spec", "template"));
        return withTemplateGeneration(updated, changed ? before + 1 : before);
    }

    private static long parse(String number) {
        boolean digits = !number.isEmpty() && number.chars().allMatch(Character::isDigit);
        return digits && number.length() < 19 ? Long.parseLong(number) : 0;
    }

    private static JsonObject withTemplateGeneration(JsonObject object, long generation) {
        return object.withAt(
                Json.of(Long.toString(generation)), "metadata", "annotations", TEMPLATE_GENERATION);
    }
}
