package kat.apiserver.audit;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.User;
import org.jspecify.annotations.Nullable;

/// Which requests are told, and how much of each: the first rule that fits decides, and what no
/// rule fits is not told.
///
/// **Threads:** immutable.
///
/// **Source:** `apiserver/pkg/audit/policy/checker.go`.
///
/// @param rules in their order, at least one
public record AuditPolicy(List<Rule> rules) {

    public AuditPolicy {
        rules = List.copyOf(rules);
    }

    /// What is told of requests that fit.
    ///
    /// @param omitStages at which nothing is told
    /// @param omitManagedFields whether `managedFields` are left out of objects
    public record Telling(Level level, Set<Stage> omitStages, boolean omitManagedFields) {

        public static final Telling NOTHING =
                new Telling(Level.NONE, EnumSet.noneOf(Stage.class), false);

        public Telling {
            omitStages = Set.copyOf(omitStages);
        }
    }

    /// Empty lists fit everything.
    ///
    /// @param places resources or paths that are none
    public record Rule(
            Telling telling,
            List<String> users,
            List<String> groups,
            List<String> verbs,
            Places places) {

        public Rule {
            users = List.copyOf(users);
            groups = List.copyOf(groups);
            verbs = List.copyOf(verbs);
        }

        boolean fits(@Nullable User user, Action action) {
            if (!users.isEmpty() && (user == null || !users.contains(user.name()))) {
                return false;
            }
            if (!groups.isEmpty() && (user == null || !isMember(user))) {
                return false;
            }
            return (verbs.isEmpty() || verbs.contains(action.verb())) && places.fit(action);
        }

        private boolean isMember(User user) {
            return user.groups().stream().anyMatch(groups::contains);
        }
    }

    /// Where requests go.
    ///
    /// @param namespaces an empty one stands for kinds without
    /// @param paths with `*` at the end for all below
    public record Places(
            List<GroupResources> resources, List<String> namespaces, List<String> paths) {

        public Places {
            resources = List.copyOf(resources);
            namespaces = List.copyOf(namespaces);
            paths = List.copyOf(paths);
        }

        boolean fit(Action action) {
            if (!namespaces.isEmpty() || !resources.isEmpty()) {
                return action.isResource() && fitResource(action);
            }
            return paths.isEmpty()
                    || (!action.isResource()
                            && paths.stream().anyMatch(path -> covers(path, action.path())));
        }

        private boolean fitResource(Action action) {
            if (!namespaces.isEmpty() && !namespaces.contains(action.namespace())) {
                return false;
            }
            return resources.isEmpty() || resources.stream().anyMatch(r -> r.fits(action));
        }

        private static boolean covers(String pattern, String path) {
            if (pattern.equals("*") || pattern.equals(path)) {
                return true;
            }
            return pattern.endsWith("*")
                    && path.startsWith(pattern.substring(0, pattern.length() - 1));
        }
    }

    /// @param group `*` for all
    /// @param resources such as `pods`, `pods/status`, `*`, `pods/*` or `*/status`; empty for all
    /// @param names of objects; empty for all
    public record GroupResources(String group, List<String> resources, List<String> names) {

        public GroupResources {
            resources = List.copyOf(resources);
            names = List.copyOf(names);
        }

        boolean fits(Action action) {
            if (!group.equals("*") && !group.equals(action.group())) {
                return false;
            }
            if (resources.isEmpty()) {
                return true;
            }
            return (names.isEmpty() || names.contains(action.name()))
                    && resources.stream().anyMatch(pattern -> isMeant(pattern, action));
        }

        private static boolean isMeant(String pattern, Action action) {
            String part = action.subresource();
            String whole = part.isEmpty() ? action.resource() : action.resource() + "/" + part;
            return pattern.equals("*")
                    || pattern.equals(whole)
                    || (!part.isEmpty() && pattern.equals("*/" + part))
                    || pattern.equals(action.resource() + "/*");
        }
    }

    /// @param user null when nobody could be made out
    public Telling of(@Nullable User user, Action action) {
        for (Rule rule : rules) {
            if (rule.fits(user, action)) {
                return rule.telling();
            }
        }
        return Telling.NOTHING;
    }
}
