package kat.apiserver.auth;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// Every binding, found by its subject.
///
/// **Threads:** immutable.
final class RbacIndex {

    private final Map<String, List<Grant>> clusterWide = new HashMap<>();
    private final Map<String, Map<String, List<Grant>>> inNamespace = new HashMap<>();
    private final Map<String, List<RbacRule>> roles = new HashMap<>();

    /// What one binding gives to one subject.
    ///
    /// @param origin for people: which binding of which role
    record Grant(List<RbacRule> rules, String origin) {}

    /// @param list the objects of one kind
    static RbacIndex build(Function<Kind, List<KubeObject>> list) {
        RbacIndex index = new RbacIndex();
        for (KubeObject role : list.apply(Kinds.CLUSTER_ROLE)) {
            index.roles.put(role.name(), rules(role));
        }
        for (KubeObject role : list.apply(Kinds.ROLE)) {
            index.roles.put(role.namespace() + "/" + role.name(), rules(role));
        }
        for (KubeObject binding : list.apply(Kinds.CLUSTER_ROLE_BINDING)) {
            index.add(binding, index.clusterWide);
        }
        for (KubeObject binding : list.apply(Kinds.ROLE_BINDING)) {
            index.add(
                    binding,
                    index.inNamespace.computeIfAbsent(binding.namespace(), _ -> new HashMap<>()));
        }
        return index;
    }

    private static List<RbacRule> rules(KubeObject role) {
        List<RbacRule> rules = new ArrayList<>();
        for (JsonObject rule : role.tree().array("rules").objects()) {
            rules.add(RbacRule.parse(rule));
        }
        return rules;
    }

    private void add(KubeObject binding, Map<String, List<Grant>> bySubject) {
        JsonObject role = binding.tree().object("roleRef");
        boolean clusterRole = role.string("kind").equals("ClusterRole");
        String key =
                clusterRole ? role.string("name") : binding.namespace() + "/" + role.string("name");
        List<RbacRule> rules = roles.getOrDefault(key, List.of());
        for (JsonObject subject : binding.tree().array("subjects").objects()) {
            String origin =
                    "RBAC: allowed by "
                            + binding.kind()
                            + " \""
                            + (binding.namespace().isEmpty()
                                    ? binding.name()
                                    : binding.name() + "/" + binding.namespace())
                            + "\" of "
                            + role.string("kind")
                            + " \""
                            + role.string("name")
                            + "\" to "
                            + subject.string("kind")
                            + " \""
                            + shown(subject)
                            + "\"";
            bySubject
                    .computeIfAbsent(key(subject, binding.namespace()), _ -> new ArrayList<>())
                    .add(new Grant(rules, origin));
        }
    }

    private static String shown(JsonObject subject) {
        return subject.string("kind").equals("ServiceAccount")
                ? subject.string("name") + "/" + subject.string("namespace")
                : subject.string("name");
    }

    private static String key(JsonObject subject, String namespace) {
        return switch (subject.string("kind")) {
            case "Group" -> "g:" + subject.string("name");
            case "ServiceAccount" ->
                    "u:system:serviceaccount:"
                            + subject.string("namespace", namespace)
                            + ":"
                            + subject.string("name");
            default -> "u:" + subject.string("name");
        };
    }

    /// All grants of a user: cluster-wide, then those in one namespace.
    ///
    /// @param namespace empty for cluster-wide ones only
    List<Grant> grants(User user, String namespace) {
        List<Grant> found = new ArrayList<>();
        collect(clusterWide, user, found);
        Map<String, List<Grant>> inside = inNamespace.get(namespace);
        if (inside != null) {
            collect(inside, user, found);
        }
        return found;
    }

    private static void collect(Map<String, List<Grant>> bySubject, User user, List<Grant> found) {
        found.addAll(bySubject.getOrDefault("u:" + user.name(), List.of()));
        for (String group : user.groups()) {
            found.addAll(bySubject.getOrDefault("g:" + group, List.of()));
        }
    }

    /// The rules of a role; empty when there is none.
    List<RbacRule> role(String kind, String namespace, String name) {
        String key = kind.equals("ClusterRole") ? name : namespace + "/" + name;
        return roles.getOrDefault(key, List.of());
    }
}
