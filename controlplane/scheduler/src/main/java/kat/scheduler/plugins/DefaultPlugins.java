package kat.scheduler.plugins;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeSet;
import kat.api.json.JsonObject;
import kat.scheduler.ClusterObjects;
import kat.scheduler.Plugin;
import kat.scheduler.PluginContext;

/// The plug-ins of the default profile, in kube-scheduler's order: the first filter that turns a
/// node away gives the reason that people read.
public final class DefaultPlugins {

    /// Those of kube-scheduler's that are no class here: what they do is part of the scheduler.
    private static final List<String> BUILT_IN =
            List.of("DefaultBinder", "DefaultPreemption", "PrioritySort", "SchedulingGates");

    private DefaultPlugins() {}

    public static List<Plugin> all(ClusterObjects objects) {
        return all(objects, Map.of());
    }

    /// @param arguments of plug-ins, by name
    /// @throws IllegalArgumentException when arguments are wrong, with their path
    public static List<Plugin> all(ClusterObjects objects, Map<String, JsonObject> arguments) {
        return all(objects, arguments, PluginContext.STILL);
    }

    /// @param arguments of plug-ins, by name
    /// @throws IllegalArgumentException when arguments are wrong, with their path
    public static List<Plugin> all(
            ClusterObjects objects, Map<String, JsonObject> arguments, PluginContext context) {
        List<Plugin> plugins = new ArrayList<>();
        plugins.add(new NodeUnschedulable());
        plugins.add(new NodeName());
        plugins.add(new TaintToleration());
        plugins.add(new NodeAffinity(of(arguments, "NodeAffinity")));
        plugins.add(new NodePorts());
        plugins.add(new NodeResourcesFit(objects, of(arguments, "NodeResourcesFit")));
        plugins.add(new VolumeRestrictions(objects));
        plugins.add(new NodeVolumeLimits(objects));
        plugins.add(new VolumeBinding(objects));
        plugins.add(new VolumeZone(objects));
        plugins.add(
                new PodTopologySpread(
                        new DefaultSpread(objects, of(arguments, "PodTopologySpread"))));
        plugins.add(new InterPodAffinity(objects, of(arguments, "InterPodAffinity")));
        plugins.add(new DynamicResources(objects, of(arguments, DynamicResources.NAME), context));
        plugins.add(
                new NodeResourcesBalancedAllocation(
                        of(arguments, "NodeResourcesBalancedAllocation")));
        plugins.add(new ImageLocality());
        plugins.add(new NodeDeclaredFeatures());
        return List.copyOf(plugins);
    }

    private static JsonObject of(Map<String, JsonObject> arguments, String plugin) {
        return arguments.getOrDefault(plugin, JsonObject.EMPTY);
    }

    /// All names that a profile may use, sorted.
    public static SequencedSet<String> names() {
        TreeSet<String> names = new TreeSet<>(BUILT_IN);
        all(ClusterObjects.NONE).forEach(plugin -> names.add(plugin.name()));
        return names;
    }
}
