package kat.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.json.JsonObject;
import kat.scheduler.extender.ExtenderConfig;
import kat.scheduler.plugins.DefaultPlugins;

/// What can be chosen about the scheduler: one profile for each name that pods may give as
/// `schedulerName`. Of Kubernetes' form the profiles with their plug-ins, weights and arguments at
/// the points `multiPoint`, `filter`, `postFilter` and `score`, `percentageOfNodesToScore` and
/// extenders are understood.
///
/// **Source:** `kubescheduler.config.k8s.io/v1` KubeSchedulerConfiguration.
public record SchedulerConfig(List<Profile> profiles, List<ExtenderConfig> extenders) {

    /// The one profile `default-scheduler`.
    public static final SchedulerConfig USUAL =
            new SchedulerConfig(List.of(Profile.USUAL), List.of());

    private static final String VERSION = "kubescheduler.config.k8s.io/v1";
    private static final String KIND = "KubeSchedulerConfiguration";

    public SchedulerConfig {
        profiles = List.copyOf(profiles);
        extenders = List.copyOf(extenders);
    }

    /// @throws IllegalArgumentException with one sentence for its author
    public static SchedulerConfig parse(JsonObject tree) {
        if (!tree.string("apiVersion").equals(VERSION) || !tree.string("kind").equals(KIND)) {
            throw new IllegalArgumentException(
                    "a scheduler is configured by a " + KIND + " of " + VERSION);
        }
        int percentage = (int) tree.integer("percentageOfNodesToScore", 0);
        List<ExtenderConfig> extenders = ExtenderConfig.parse(tree.array("extenders").objects());
        List<String> ignored = extenders.stream().flatMap(e -> e.ignored().stream()).toList();
        List<Profile> profiles = new ArrayList<>();
        for (JsonObject profile : tree.array("profiles").objects()) {
            profiles.add(Profile.parse(profile, percentage).ignoring(ignored));
        }
        if (profiles.isEmpty()) {
            profiles.add(Profile.parse(JsonObject.EMPTY, percentage).ignoring(ignored));
        }
        check(profiles);
        return new SchedulerConfig(profiles, extenders);
    }

    private static void check(List<Profile> profiles) {
        Set<String> names = new TreeSet<>();
        Set<String> known = DefaultPlugins.names();
        for (Profile profile : profiles) {
            if (!names.add(profile.name())) {
                throw new IllegalArgumentException(
                        "duplicate profile with scheduler name \"" + profile.name() + "\"");
            }
            if (profile.percentage() < 0 || profile.percentage() > 100) {
                throw new IllegalArgumentException(
                        "percentageOfNodesToScore: Invalid value: "
                                + profile.percentage()
                                + ": not in valid range [0-100]");
            }
            List<Plugin> unused = DefaultPlugins.all(ClusterObjects.NONE, profile.arguments());
            Preemption.Limits.parse(profile.arguments(Preemption.NAME));
            for (String plugin : new TreeSet<>(profile.named())) {
                if (!known.contains(plugin)) {
                    throw new IllegalArgumentException(
                            "unknown plugin \""
                                    + plugin
                                    + "\"; known are "
                                    + String.join(", ", known));
                }
            }
        }
    }

    /// Whose pods are placed.
    public List<String> names() {
        return profiles.stream().map(Profile::name).toList();
    }
}
