package kat.scheduler;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.json.JsonObject;

/// How pods of one scheduler's name are placed.
///
/// @param name that pods have as `schedulerName`
/// @param everywhere which plug-ins are used, unless the next two say otherwise
/// @param filters which plug-ins turn nodes away
/// @param scores which plug-ins judge nodes
/// @param weights by name of plug-in, where they differ from the usual
/// @param percentage of the nodes that suit at which the search ends, 0 to 100; 0 leaves it to the
///     number of nodes
///
/// **Source:** `kubescheduler.config.k8s.io/v1` KubeSchedulerProfile.
public record Profile(
        String name,
        Point everywhere,
        Point filters,
        Point scores,
        Map<String, Integer> weights,
        int percentage) {

    static final Profile USUAL =
            new Profile(Scheduler.NAME, Point.USUAL, Point.USUAL, Point.USUAL, Map.of(), 0);

    public Profile {
        weights = Map.copyOf(weights);
    }

    /// What a profile says of one extension point: what it enables wins over what it disables.
    ///
    /// @param disabled names of plug-ins; `*` stands for all
    public record Point(Set<String> enabled, Set<String> disabled) {

        static final Point USUAL = new Point(Set.of(), Set.of());
        private static final String ALL = "*";

        public Point {
            enabled = Set.copyOf(enabled);
            disabled = Set.copyOf(disabled);
        }

        static Point parse(JsonObject tree) {
            return new Point(names(tree, "enabled"), names(tree, "disabled"));
        }

        private static Set<String> names(JsonObject tree, String field) {
            Set<String> names = new HashSet<>();
            tree.array(field).objects().forEach(plugin -> names.add(plugin.string("name")));
            return names;
        }

        boolean uses(String plugin, boolean otherwise) {
            return enabled.contains(plugin)
                    || (otherwise && !disabled.contains(plugin) && !disabled.contains(ALL));
        }
    }

    /// @param percentage where the profile tells none
    static Profile parse(JsonObject tree, int percentage) {
        JsonObject plugins = tree.object("plugins");
        Map<String, Integer> weights = new HashMap<>();
        for (String point : List.of("multiPoint", "score")) {
            for (JsonObject plugin : plugins.object(point).array("enabled").objects()) {
                int weight = (int) plugin.integer("weight", 0);
                if (weight > 0) {
                    weights.put(plugin.string("name"), weight);
                }
            }
        }
        return new Profile(
                tree.string("schedulerName", Scheduler.NAME),
                Point.parse(plugins.object("multiPoint")),
                Point.parse(plugins.object("filter")),
                Point.parse(plugins.object("score")),
                weights,
                (int) tree.integer("percentageOfNodesToScore", percentage));
    }

    boolean filtersBy(Plugin plugin) {
        return filters.uses(plugin.name(), everywhere.uses(plugin.name(), true));
    }

    boolean scoresBy(Plugin plugin) {
        return scores.uses(plugin.name(), everywhere.uses(plugin.name(), true));
    }

    int weight(Plugin.Score plugin) {
        return weights.getOrDefault(plugin.name(), plugin.weight());
    }

    /// All plug-ins that it names.
    Set<String> named() {
        Set<String> named = new HashSet<>();
        for (Point point : List.of(everywhere, filters, scores)) {
            named.addAll(point.enabled());
            named.addAll(point.disabled());
        }
        named.remove(Point.ALL);
        return named;
    }
}
