package kat.addons;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;

/// All add-ons there are, by name.
///
/// @param addons sorted
public record Catalogue(SortedMap<String, Addon> addons) {

    private static final String DESCRIPTION = "Chart.yaml";

    /// @param charts a folder that holds a chart for each add-on
    /// @throws AddonException when a chart cannot be read
    public static Catalogue read(Path charts) {
        SortedMap<String, Addon> addons = new TreeMap<>();
        try (Stream<Path> folders = Files.list(charts)) {
            for (Path chart : folders.sorted().toList()) {
                if (Files.exists(chart.resolve(DESCRIPTION))) {
                    Addon addon = read(chart.resolve(DESCRIPTION), chart);
                    addons.put(addon.name(), addon);
                }
            }
        } catch (IOException e) {
            throw new AddonException("cannot read the add-ons in " + charts, e);
        }
        return new Catalogue(addons);
    }

    private static Addon read(Path description, Path chart) throws IOException {
        try {
            return Addon.of(
                    Yaml.parse(Files.readString(description)) instanceof JsonObject metadata
                            ? metadata
                            : JsonObject.EMPTY,
                    chart);
        } catch (YamlException e) {
            throw new AddonException(description + " is no YAML: " + e.getMessage(), e);
        }
    }

    /// @throws AddonException when there is none of that name; names those that there are
    public Addon require(String name) {
        Addon addon = addons.get(name);
        if (addon == null) {
            throw new AddonException(
                    "there is no add-on "
                            + name
                            + "; there are "
                            + addons.keySet().stream().collect(Collectors.joining(", ")));
        }
        return addon;
    }
}
