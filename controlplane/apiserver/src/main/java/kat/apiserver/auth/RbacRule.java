package kat.apiserver.auth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Authorizer.Action;

/// What one rule of a role allows.
///
/// **Source:** `rbac/v1` PolicyRule; `plugin/pkg/auth/authorizer/rbac`.
public record RbacRule(
        List<String> verbs,
        List<String> groups,
        List<String> resources,
        List<String> names,
        List<String> paths) {

    private static final String ALL = "*";

    static RbacRule parse(JsonObject rule) {
        return new RbacRule(
                rule.array("verbs").strings(),
                rule.array("apiGroups").strings(),
                rule.array("resources").strings(),
                rule.array("resourceNames").strings(),
                rule.array("nonResourceURLs").strings());
    }

    boolean allows(Action action) {
        if (!has(verbs, action.verb())) {
            return false;
        }
        return action.isResource() ? allowsResource(action) : allowsPath(action.path());
    }

    private boolean allowsResource(Action action) {
        return has(groups, action.group())
                && matches(action)
                && (names.isEmpty() || names.contains(action.name()));
    }

    private boolean matches(Action action) {
        String full =
                action.subresource().isEmpty()
                        ? action.resource()
                        : action.resource() + "/" + action.subresource();
        for (String resource : resources) {
            boolean any =
                    resource.startsWith("*/") && resource.substring(2).equals(action.subresource());
            if (resource.equals(ALL) || resource.equals(full) || any) {
                return true;
            }
        }
        return false;
    }

    private boolean allowsPath(String path) {
        for (String allowed : paths) {
            boolean prefix =
                    allowed.endsWith(ALL)
                            && path.startsWith(allowed.substring(0, allowed.length() - 1));
            if (prefix || allowed.equals(path)) {
                return true;
            }
        }
        return false;
    }

    /// Whether everything that `wanted` allows is allowed by one of `owned`, taken apart into
    /// single verbs, groups and resources.
    static boolean covers(List<RbacRule> owned, RbacRule wanted) {
        for (String verb : wanted.verbs()) {
            for (String path : wanted.paths()) {
                if (owned.stream().noneMatch(r -> has(r.verbs(), verb) && r.allowsPath(path))) {
                    return false;
                }
            }
            for (String group : wanted.groups()) {
                for (String resource : wanted.resources()) {
                    if (!coversOne(owned, wanted, verb, group, resource)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static boolean coversOne(
            List<RbacRule> owned, RbacRule wanted, String verb, String group, String resource) {
        for (RbacRule rule : owned) {
            boolean resources = rule.coversResource(resource);
            boolean names =
                    rule.names().isEmpty()
                            || (!wanted.names().isEmpty()
                                    && rule.names().containsAll(wanted.names()));
            if (has(rule.verbs(), verb) && has(rule.groups(), group) && resources && names) {
                return true;
            }
        }
        return false;
    }

    private boolean coversResource(String resource) {
        int slash = resource.indexOf('/');
        String any = slash < 0 ? resource : "*" + resource.substring(slash);
        return has(resources, resource) || resources.contains(any);
    }

    private static boolean has(List<String> all, String one) {
        return all.contains(ALL) || all.contains(one);
    }

    /// How many rules [#single] makes.
    long singles() {
        long named = (long) groups.size() * resources.size() * Math.max(1, names.size());
        return verbs.size() * (named + paths.size());
    }

    /// The same taken apart into rules of one verb and one resource, name or path each.
    List<RbacRule> single() {
        List<RbacRule> all = new ArrayList<>();
        for (String group : groups) {
            for (String resource : resources) {
                for (String verb : verbs) {
                    List<String> one = List.of(verb);
                    List<String> in = List.of(group);
                    List<String> of = List.of(resource);
                    if (names.isEmpty()) {
                        all.add(new RbacRule(one, in, of, List.of(), List.of()));
                    }
                    for (String name : names) {
                        all.add(new RbacRule(one, in, of, List.of(name), List.of()));
                    }
                }
            }
        }
        for (String path : paths) {
            for (String verb : verbs) {
                all.add(
                        new RbacRule(
                                List.of(verb), List.of(), List.of(), List.of(), List.of(path)));
            }
        }
        return all;
    }

    /// Single rules with the verbs of the same resource and name in one.
    static List<RbacRule> joined(List<RbacRule> single) {
        Map<RbacRule, List<String>> verbs = new LinkedHashMap<>();
        for (RbacRule rule : single) {
            boolean alone = !rule.paths().isEmpty();
            RbacRule key =
                    new RbacRule(
                            alone ? rule.verbs() : List.of(),
                            rule.groups(),
                            rule.resources(),
                            rule.names(),
                            rule.paths());
            verbs.computeIfAbsent(key, _ -> new ArrayList<>()).addAll(rule.verbs());
        }
        List<RbacRule> all = new ArrayList<>();
        verbs.forEach(
                (key, of) ->
                        all.add(
                                new RbacRule(
                                        of.stream().distinct().toList(),
                                        key.groups(),
                                        key.resources(),
                                        key.names(),
                                        key.paths())));
        return all;
    }

    /// As messages show it.
    String shown() {
        List<String> parts = new ArrayList<>();
        add(parts, "APIGroups", groups);
        add(parts, "Resources", resources);
        add(parts, "NonResourceURLs", paths);
        add(parts, "ResourceNames", names);
        add(parts, "Verbs", verbs);
        return "{" + String.join(", ", parts) + "}";
    }

    private static void add(List<String> parts, String name, List<String> values) {
        if (!values.isEmpty()) {
            parts.add(name + ":[\"" + String.join("\" \"", values) + "\"]");
        }
    }

    public JsonObject toJson() {
        JsonObject.Builder json = JsonObject.builder().put("verbs", JsonArray.ofStrings(verbs));
        if (paths.isEmpty()) {
            json.put("apiGroups", JsonArray.ofStrings(groups));
            json.put("resources", JsonArray.ofStrings(resources));
            if (!names.isEmpty()) {
                json.put("resourceNames", JsonArray.ofStrings(names));
            }
        } else {
            json.put("nonResourceURLs", JsonArray.ofStrings(paths));
        }
        return json.build();
    }
}
