package kat.cli;

import java.util.List;
import java.util.TreeSet;

/// What a bundle is to hold, as it was said.
///
/// @param addons by name
/// @param charts folders, archives, or what Helm can fetch, as `CHART@VERSION` where not the newest
/// @param images by name
/// @param values as `NAME.KEY=VALUE`, of the chart or add-on NAME
record BundleWish(
        List<String> addons, List<String> charts, List<String> images, List<String> values) {

    BundleWish {
        addons =
                List.copyOf(
                        new TreeSet<>(
                                addons.stream()
                                        .flatMap(each -> List.of(each.split(",", -1)).stream())
                                        .filter(each -> !each.isBlank())
                                        .toList()));
        charts = List.copyOf(charts);
        images = List.copyOf(images);
        values = List.copyOf(values);
        if (addons.isEmpty() && charts.isEmpty() && images.isEmpty()) {
            throw new CliException("say with --addons, --chart or --image what the bundle holds");
        }
        for (String value : values) {
            if (!value.matches("[^.=]+\\.[^=]+=.*")) {
                throw new CliException("--set is NAME.KEY=VALUE, not \"" + value + "\"");
            }
        }
    }

    /// The values of one chart or add-on, as Helm takes them.
    List<String> valuesOf(String name) {
        return values.stream()
                .filter(value -> value.startsWith(name + "."))
                .map(value -> value.substring(name.length() + 1))
                .toList();
    }

    /// @param names of all charts and add-ons
    /// @throws CliException when a value is of none of them
    void requireKnown(List<String> names) {
        for (String value : values) {
            String name = value.substring(0, value.indexOf('.'));
            if (!names.contains(name)) {
                throw new CliException(
                        "--set " + value + " is of " + name + ", which is not in the bundle");
            }
        }
    }
}
