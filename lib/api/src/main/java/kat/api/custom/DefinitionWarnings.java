package kat.api.custom;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// What is told to those who write definitions and custom resources, though it is allowed.
///
/// **Source:** `WarningsOnCreate` and `WarningsOnUpdate` of the apiextensions server's strategies.
public final class DefinitionWarnings {

    private static final Set<String> STANDARD_FINALIZERS =
            Set.of("orphan", "foregroundDeletion", "kubernetes");

    private DefinitionWarnings() {}

    /// @param old the stored object; empty for a creation
    public static List<String> of(Kind kind, JsonObject object, JsonObject old) {
        if (kind.schema().isEmpty()) {
            return finalizers(object, old);
        }
        return kind.kind().equals("CustomResourceDefinition") ? formats(object, old) : List.of();
    }

    private static List<String> finalizers(JsonObject object, JsonObject old) {
        Set<String> added = new TreeSet<>(object.object("metadata").array("finalizers").strings());
        if (added.isEmpty()) {
            return List.of();
        }
        old.object("metadata").array("finalizers").strings().forEach(added::remove);
        List<String> warnings = new ArrayList<>();
        for (String name : added) {
            String start = "metadata.finalizers: " + Json.of(name) + ": ";
            Names.qualifiedName(name).forEach(fault -> warnings.add(start + fault));
            if (name.indexOf('/') < 0 && !STANDARD_FINALIZERS.contains(name)) {
                String path = name.indexOf('.') < 0 ? "" : " including a path (/)";
                warnings.add(
                        start
                                + "prefer a domain-qualified finalizer name"
                                + path
                                + " to avoid accidental conflicts with other finalizer writers");
            }
        }
        return warnings;
    }

    private static List<String> formats(JsonObject object, JsonObject old) {
        List<String> found = unknownFormats(object);
        found.removeAll(unknownFormats(old));
        return found.stream().map(format -> "unrecognized format " + Json.of(format)).toList();
    }

    private static List<String> unknownFormats(JsonObject definition) {
        List<String> found = new ArrayList<>();
        for (JsonObject version : definition.object("spec").array("versions").objects()) {
            SchemaTree.has(
                    version.object("schema").object("openAPIV3Schema"),
                    place -> {
                        String format = place.string("format");
                        boolean known = Formats.isSupported(place.string("type"), format);
                        if (!format.isEmpty() && !known && !found.contains(format)) {
                            found.add(format);
                        }
                        return false;
                    });
        }
        return found;
    }
}
