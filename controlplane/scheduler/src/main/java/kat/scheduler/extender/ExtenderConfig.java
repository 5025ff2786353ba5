package kat.scheduler.extender;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.cel.CelException;
import kat.api.cel.CelType;
import kat.api.cel.Data;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// One extender of a scheduler's configuration.
///
/// @param url before the verbs
/// @param verbs what it is asked, by what for; those it is not asked are absent
/// @param weight of its scores
/// @param timeout of one request; default 5 s
/// @param knowsNodes whether names of nodes are enough for it
/// @param isIgnorable whether pods get nodes without it when it fails
/// @param managed resources of which a pod must request one for the extender to be asked; empty
///     for all pods
/// @param ignored resources that it alone counts
/// @param tls `enableHTTPS` and `tlsConfig`
///
/// **Source:** `kubescheduler.config.k8s.io/v1` Extender.
public record ExtenderConfig(
        String url,
        Verbs verbs,
        long weight,
        Duration timeout,
        boolean knowsNodes,
        boolean isIgnorable,
        List<String> managed,
        List<String> ignored,
        JsonObject tls) {

    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(5);

    public ExtenderConfig {
        managed = List.copyOf(managed);
        ignored = List.copyOf(ignored);
    }

    /// Parts of paths; empty for what the extender is not asked.
    public record Verbs(String filter, String prioritize, String bind) {}

    /// @throws IllegalArgumentException with one sentence for the author
    public static List<ExtenderConfig> parse(List<JsonObject> trees) {
        List<ExtenderConfig> all = new ArrayList<>();
        Set<String> managed = new HashSet<>();
        for (int i = 0; i < trees.size(); i++) {
            ExtenderConfig extender = parse("extenders[" + i + "]", trees.get(i));
            for (int j = 0; j < extender.managed().size(); j++) {
                String name = extender.managed().get(j);
                if (!managed.add(name)) {
                    throw new IllegalArgumentException(
                            "extenders["
                                    + i
                                    + "].managedResources["
                                    + j
                                    + "].name: Invalid value: \""
                                    + name
                                    + "\": duplicate extender managed resource name");
                }
            }
            all.add(extender);
        }
        long binders = all.stream().filter(each -> !each.verbs().bind().isEmpty()).count();
        if (binders > 1) {
            throw new IllegalArgumentException(
                    "extenders: Invalid value: \"found "
                            + binders
                            + " extenders implementing bind\": only one extender can implement"
                            + " bind");
        }
        return all;
    }

    private static ExtenderConfig parse(String path, JsonObject tree) {
        Verbs verbs =
                new Verbs(
                        tree.string("filterVerb"),
                        tree.string("prioritizeVerb"),
                        tree.string("bindVerb"));
        long weight = tree.integer("weight", 0);
        if (!verbs.prioritize().isEmpty() && weight <= 0) {
            throw new IllegalArgumentException(
                    path
                            + ".weight: Invalid value: "
                            + weight
                            + ": must have a positive weight applied to it");
        }
        if (!tree.string("preemptVerb").isEmpty()) {
            throw new IllegalArgumentException(
                    path + ".preemptVerb: extenders are not asked which pods must go");
        }
        List<String> managed = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        for (JsonObject each : tree.array("managedResources").objects()) {
            managed.add(each.string("name"));
            if (each.bool("ignoredByScheduler")) {
                ignored.add(each.string("name"));
            }
        }
        return new ExtenderConfig(
                tree.string("urlPrefix").replaceFirst("/+$", ""),
                verbs,
                weight,
                timeout(path, tree),
                tree.bool("nodeCacheCapable"),
                tree.bool("ignorable"),
                managed,
                ignored,
                tree.object("tlsConfig").with("enabled", tree.bool("enableHTTPS")));
    }

    private static Duration timeout(String path, JsonObject tree) {
        String text = tree.string("httpTimeout", "0s");
        try {
            return Data.of(Json.of(text), CelType.DURATION) instanceof Duration own && !own.isZero()
                    ? own
                    : USUAL_TIMEOUT;
        } catch (CelException e) {
            throw new IllegalArgumentException(
                    path + ".httpTimeout: Invalid value: \"" + text + "\": must be a duration");
        }
    }
}
