package kat.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// How pods of one scheduler's name are placed.
///
/// @param name that pods have as `schedulerName`
/// @param points what the profile says, by extension point
/// @param weights by name of plug-in, where they differ from the usual
/// @param percentage of the nodes that suit at which the search ends, 0 to 100; 0 leaves it to the
///     number of nodes
/// @param arguments of plug-ins, by name
///
/// **Source:** `kubescheduler.config.k8s.io/v1` KubeSchedulerProfile.
public record Profile(
        String name,
        Map<String, Point> points,
        Map<String, Integer> weights,
        int percentage,
        Map<String, JsonObject> arguments) {

    static final Profile USUAL = new Profile(Scheduler.NAME, Map.of(), Map.of(), 0, Map.of());

    private static final String FIT = "NodeResourcesFit";
    private static final String IGNORED = "ignoredResources";
    private static final String EVERYWHERE = "multiPoint";
    private static final String FILTER = "filter";
    private static final String SCORE = "score";
    private static final String POST_FILTER = "postFilter";
    private static final List<String> POINTS = List.of(EVERYWHERE, FILTER, SCORE, POST_FILTER);

    public Profile {
        points = Map.copyOf(points);
        weights = Map.copyOf(weights);
        arguments = Map.copyOf(arguments);
    }

    /// What a profile says of one extension point: what it enables wins over what it disables.
    ///
    /// @param disabled names of plug-ins; `*` stands for all
    public record Point(Set<String> enabled, Set<String> disabled) {

        private static final Point USUAL = new Point(Set.of(), Set.of());
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
        Map<String, Point> points = new HashMap<>();
        for (String point : POINTS) {
            if (plugins.has(point)) {
                points.put(point, Point.parse(plugins.object(point)));
            }
        }
        Map<String, Integer> weights = new HashMap<>();
        for (String point : List.of(EVERYWHERE, SCORE)) {
            for (JsonObject plugin : plugins.object(point).array("enabled").objects()) {
                int weight = (int) plugin.integer("weight", 0);
                if (weight > 0) {
                    weights.put(plugin.string("name"), weight);
                }
            }
        }
        Map<String, JsonObject> arguments = new HashMap<>();
        for (JsonObject each : tree.array("pluginConfig").objects()) {
            arguments.put(each.string("name"), each.object("args"));
        }
        return new Profile(
                tree.string("schedulerName", Scheduler.NAME),
                points,
                weights,
                (int) tree.integer("percentageOfNodesToScore", percentage),
                arguments);
    }

    /// The same, with resources that nodes need not have left.
    Profile ignoring(List<String> resources) {
        if (resources.isEmpty()) {
            return this;
        }
        JsonObject fit = arguments(FIT);
        List<String> all = new ArrayList<>(fit.array(IGNORED).strings());
        all.addAll(resources);
        Map<String, JsonObject> changed = new HashMap<>(arguments);
        changed.put(FIT, fit.with(IGNORED, JsonArray.ofStrings(all)));
        return new Profile(name, points, weights, percentage, changed);
    }

    private boolean uses(String plugin, String point) {
        boolean everywhere = point(EVERYWHERE).uses(plugin, true);
        return point(point).uses(plugin, everywhere);
    }

    private Point point(String name) {
        return points.getOrDefault(name, Point.USUAL);
    }

    boolean filtersBy(Plugin plugin) {
        return uses(plugin.name(), FILTER);
    }

    boolean scoresBy(Plugin plugin) {
        return uses(plugin.name(), SCORE);
    }

    /// Whether a plug-in has its say once no node suits.
    boolean triesAfterwards(String plugin) {
        return uses(plugin, POST_FILTER);
    }

    int weight(Plugin.Score plugin) {
        return weights.getOrDefault(plugin.name(), plugin.weight());
    }

    JsonObject arguments(String plugin) {
        return arguments.getOrDefault(plugin, JsonObject.EMPTY);
    }

    /// All plug-ins that it names.
    Set<String> named() {
        Set<String> named = new HashSet<>(arguments.keySet());
        for (Point point : points.values()) {
            named.addAll(point.enabled());
            named.addAll(point.disabled());
        }
        named.remove(Point.ALL);
        return named;
    }
}
