package kat.apiserver.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonObject;
import kat.apiserver.audit.AuditPolicy.GroupResources;
import kat.apiserver.audit.AuditPolicy.Places;
import kat.apiserver.audit.AuditPolicy.Rule;
import kat.apiserver.audit.AuditPolicy.Telling;
import kat.apiserver.config.ConfigFile;
import kat.apiserver.config.ConfigFileException;

/// Reads a `Policy` of `audit.k8s.io/v1`. What Kubernetes does not know is refused here, where it
/// would be passed over there with a warning that few see.
///
/// **Source:** `apiserver/pkg/audit/policy/reader.go`, `apis/audit/validation/validation.go`.
public final class AuditPolicyFile {

    private static final List<String> LEVELS =
            Arrays.stream(Level.values()).map(Level::wire).toList();
    private static final List<String> STAGES =
            Arrays.stream(Stage.values()).map(Stage::wire).toList();
    private static final Set<String> KEYS =
            new TreeSet<>(
                    List.of(
                            "apiVersion",
                            "kind",
                            "metadata",
                            "omitManagedFields",
                            "omitStages",
                            "rules"));
    private static final Set<String> RULE_KEYS =
            new TreeSet<>(
                    List.of(
                            "level",
                            "namespaces",
                            "nonResourceURLs",
                            "omitManagedFields",
                            "omitStages",
                            "resources",
                            "userGroups",
                            "users",
                            "verbs"));
    private static final Set<String> RESOURCE_KEYS =
            new TreeSet<>(List.of("group", "resourceNames", "resources"));

    private AuditPolicyFile() {}

    /// @throws ConfigFileException when it is no policy that can be used
    public static AuditPolicy parse(JsonObject tree) {
        ConfigFile.requireType(tree, List.of("audit.k8s.io/v1"), "Policy");
        ConfigFile.requireKnown(tree, KEYS, "");
        Set<Stage> omit = stages(tree.array("omitStages"), "omitStages");
        boolean bare = tree.bool("omitManagedFields");
        List<Rule> rules = new ArrayList<>();
        for (JsonObject rule : tree.array("rules").objects()) {
            rules.add(rule(rule, "rules[" + rules.size() + "]", omit, bare));
        }
        if (rules.isEmpty()) {
            throw new ConfigFileException("loaded illegal policy with 0 rules");
        }
        return new AuditPolicy(rules);
    }

    private static Rule rule(JsonObject rule, String path, Set<Stage> omit, boolean bare) {
        ConfigFile.requireKnown(rule, RULE_KEYS, path + ".");
        Set<Stage> all = stages(rule.array("omitStages"), path + ".omitStages");
        all.addAll(omit);
        boolean own =
                rule.get("omitManagedFields") instanceof JsonBoolean said ? said.value() : bare;
        Places places =
                new Places(
                        resources(rule.array("resources"), path + ".resources"),
                        ConfigFile.texts(rule, "namespaces", path),
                        paths(rule, path + ".nonResourceURLs"));
        if (!places.paths().isEmpty()
                && !(places.resources().isEmpty() && places.namespaces().isEmpty())) {
            throw invalid(
                    path + ".nonResourceURLs",
                    rule.array("nonResourceURLs"),
                    "rules cannot apply to both regular resources and non-resource URLs");
        }
        return new Rule(
                new Telling(level(rule.string("level"), path + ".level"), all, own),
                ConfigFile.texts(rule, "users", path),
                ConfigFile.texts(rule, "userGroups", path),
                ConfigFile.texts(rule, "verbs", path),
                places);
    }

    private static Level level(String name, String path) {
        if (name.isEmpty()) {
            throw new ConfigFileException(path + ": Required value");
        }
        for (Level level : Level.values()) {
            if (level.wire().equals(name)) {
                return level;
            }
        }
        throw new ConfigFileException(
                path
                        + ": Unsupported value: "
                        + Json.of(name)
                        + ": supported values: \""
                        + String.join("\", \"", LEVELS)
                        + "\"");
    }

    private static Set<Stage> stages(JsonArray names, String path) {
        Set<Stage> stages = EnumSet.noneOf(Stage.class);
        int index = 0;
        for (String name : names.strings()) {
            stages.add(stage(name, path + "[" + index + "]"));
            index++;
        }
        return stages;
    }

    private static Stage stage(String name, String path) {
        for (Stage stage : Stage.values()) {
            if (stage.wire().equals(name)) {
                return stage;
            }
        }
        throw invalid(path, Json.of(name), "allowed stages are " + String.join(",", STAGES));
    }

    private static List<GroupResources> resources(JsonArray groups, String path) {
        List<GroupResources> all = new ArrayList<>();
        for (JsonObject each : groups.objects()) {
            ConfigFile.requireKnown(each, RESOURCE_KEYS, path + ".");
            String group = each.string("group");
            List<String> resources = ConfigFile.texts(each, "resources", path);
            List<String> names = ConfigFile.texts(each, "resourceNames", path);
            if (group.indexOf('/') >= 0) {
                throw invalid(
                        path + ".group", Json.of(group), "a group is named without its version");
            }
            if (!names.isEmpty() && resources.isEmpty()) {
                throw invalid(
                        path + ".resourceNames",
                        JsonArray.ofStrings(names),
                        "using resourceNames requires at least one resource");
            }
            all.add(new GroupResources(group, resources, names));
        }
        return all;
    }

    private static List<String> paths(JsonObject rule, String path) {
        List<String> urls = ConfigFile.texts(rule, "nonResourceURLs", path);
        for (int i = 0; i < urls.size(); i++) {
            String url = urls.get(i);
            String at = path + "[" + i + "]";
            if (!url.equals("*") && !url.startsWith("/")) {
                throw invalid(
                        at, Json.of(url), "non-resource URL rules must begin with a '/' character");
            }
            int star = url.indexOf('*');
            if (star >= 0 && star < url.length() - 1) {
                throw invalid(
                        at,
                        Json.of(url),
                        "non-resource URL wildcards '*' must be the final character of the rule");
            }
        }
        return urls;
    }

    private static ConfigFileException invalid(String path, Json value, String why) {
        return new ConfigFileException(path + ": Invalid value: " + value + ": " + why);
    }
}
