package kat.apiserver.fairness;

import java.util.Comparator;
import java.util.List;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;

/// Which requests go to which priority level.
///
/// @param precedence the lowest that matches decides
/// @param level the name of the priority level
/// @param distinguisher `ByUser`, `ByNamespace` or empty: what tells flows apart
///
/// **Source:** `apiserver/pkg/util/flowcontrol/rule.go`.
record FlowSchema(
        String name,
        String uid,
        long precedence,
        String level,
        String distinguisher,
        List<Rule> rules) {

    private static final long DEFAULT_PRECEDENCE = 1000;

    /// In the order in which they are asked.
    static final Comparator<FlowSchema> ORDER =
            Comparator.comparingLong(FlowSchema::precedence).thenComparing(FlowSchema::name);

    private static final String EVERY = "*";
    private static final String ACCOUNTS = "system:serviceaccount:";

    /// @param kind `User`, `Group` or `ServiceAccount`
    /// @param namespace of a service account
    record Subject(String kind, String namespace, String name) {

        boolean matches(User user) {
            return switch (kind) {
                case "User" -> name.equals(EVERY) || name.equals(user.name());
                case "Group" -> name.equals(EVERY) || user.groups().contains(name);
                case "ServiceAccount" -> matchesAccount(user.name());
                default -> false;
            };
        }

        private boolean matchesAccount(String user) {
            String start = ACCOUNTS + namespace + ":";
            return user.startsWith(start)
                    && (name.equals(EVERY)
                            || (user.length() == start.length() + name.length()
                                    && user.endsWith(name)));
        }
    }

    /// About resources.
    record Resources(
            List<String> verbs,
            List<String> groups,
            List<String> resources,
            boolean clusterScope,
            List<String> namespaces) {

        boolean matches(Asked asked) {
            return holds(verbs, asked.verb())
                    && holds(resources, asked.resource())
                    && holds(groups, asked.group())
                    && (asked.namespace().isEmpty()
                            ? clusterScope
                            : holds(namespaces, asked.namespace()));
        }
    }

    /// About other paths.
    record Paths(List<String> verbs, List<String> paths) {

        boolean matches(Asked asked) {
            return holds(verbs, asked.verb())
                    && paths.stream().anyMatch(path -> covers(path, asked.path()));
        }

        private static boolean covers(String rule, String path) {
            if (rule.equals(EVERY) || rule.equals(path)) {
                return true;
            }
            String start = rule.endsWith(EVERY) ? rule.substring(0, rule.length() - 1) : rule;
            return path.startsWith(start.endsWith("/") ? start : start + "/");
        }
    }

    record Rule(List<Subject> subjects, List<Resources> resources, List<Paths> paths) {

        boolean matches(Asked asked) {
            for (Subject subject : subjects) {
                if (subject.matches(asked.user())) {
                    return asked.isResource()
                            ? resources.stream().anyMatch(rule -> rule.matches(asked))
                            : paths.stream().anyMatch(rule -> rule.matches(asked));
                }
            }
            return false;
        }
    }

    private static boolean holds(List<String> list, String value) {
        return (list.size() == 1 && list.getFirst().equals(EVERY)) || list.contains(value);
    }

    boolean matches(Asked asked) {
        for (Rule rule : rules) {
            if (rule.matches(asked)) {
                return true;
            }
        }
        return false;
    }

    /// What tells the flow of a request from others of this schema.
    String distinguish(Asked asked) {
        return switch (distinguisher) {
            case "ByUser" -> asked.user().name();
            case "ByNamespace" -> asked.namespace();
            default -> "";
        };
    }

    /// @param object as it is stored
    static FlowSchema parse(JsonObject object) {
        JsonObject spec = object.object("spec");
        return new FlowSchema(
                object.object("metadata").string("name"),
                object.object("metadata").string("uid"),
                spec.integer("matchingPrecedence", DEFAULT_PRECEDENCE),
                spec.object("priorityLevelConfiguration").string("name"),
                spec.object("distinguisherMethod").string("type"),
                spec.array("rules").objects().stream().map(FlowSchema::rule).toList());
    }

    private static Rule rule(JsonObject rule) {
        return new Rule(
                rule.array("subjects").objects().stream().map(FlowSchema::subject).toList(),
                rule.array("resourceRules").objects().stream().map(FlowSchema::resources).toList(),
                rule.array("nonResourceRules").objects().stream()
                        .map(
                                each ->
                                        new Paths(
                                                each.array("verbs").strings(),
                                                each.array("nonResourceURLs").strings()))
                        .toList());
    }

    private static Subject subject(JsonObject subject) {
        JsonObject named =
                switch (subject.string("kind")) {
                    case "User" -> subject.object("user");
                    case "Group" -> subject.object("group");
                    default -> subject.object("serviceAccount");
                };
        return new Subject(subject.string("kind"), named.string("namespace"), named.string("name"));
    }

    private static Resources resources(JsonObject rule) {
        return new Resources(
                rule.array("verbs").strings(),
                rule.array("apiGroups").strings(),
                rule.array("resources").strings(),
                rule.bool("clusterScope"),
                rule.array("namespaces").strings());
    }
}
