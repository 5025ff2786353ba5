package kat.cli.bundle;

import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;

/// The images that rendered objects name: those of containers and of volumes, wherever in an object
/// the pod's template stands.
public final class RenderedImages {

    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---[ \\t]*$");
    private static final Set<String> CONTAINERS =
            Set.of("containers", "initContainers", "ephemeralContainers");

    /// Their text is data, and what looks like containers in it is none.
    private static final Set<String> DATA =
            Set.of("ConfigMap", "Secret", "CustomResourceDefinition");

    private RenderedImages() {}

    /// @param manifests YAML documents, as `helm template` prints them
    /// @return as written, sorted
    /// @throws BundleException when one is no YAML
    public static SortedSet<String> of(String manifests) {
        SortedSet<String> images = new TreeSet<>();
        for (String document : SEPARATOR.splitAsStream(manifests).toList()) {
            try {
                if (Yaml.parse(document) instanceof JsonObject object
                        && !DATA.contains(object.string("kind"))) {
                    collect(object, images);
                }
            } catch (YamlException e) {
                throw new BundleException(
                        "the chart renders what is no YAML: " + e.getMessage(), e);
            }
        }
        return images;
    }

    private static void collect(Json value, SortedSet<String> images) {
        switch (value) {
            case JsonObject object ->
                    object.forEach(
                            (name, member) -> {
                                if (CONTAINERS.contains(name)) {
                                    objects(member).forEach(each -> add(each, "image", images));
                                } else if (name.equals("volumes")) {
                                    objects(member)
                                            .forEach(
                                                    each ->
                                                            add(
                                                                    each.object("image"),
                                                                    "reference",
                                                                    images));
                                }
                                collect(member, images);
                            });
            case JsonArray array -> array.forEach(each -> collect(each, images));
            case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> {
                // A scalar holds nothing.
            }
        }
    }

    private static List<JsonObject> objects(Json value) {
        return value instanceof JsonArray array ? array.objects() : List.of();
    }

    private static void add(JsonObject from, String name, SortedSet<String> images) {
        String image = from.string(name);
        if (!image.isEmpty()) {
            images.add(image);
        }
    }
}
