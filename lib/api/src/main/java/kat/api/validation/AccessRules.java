package kat.api.validation;

import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// The rules for RBAC's four kinds and for certificate requests.
final class AccessRules {

    private static final String GROUP = "rbac.authorization.k8s.io";

    private AccessRules() {}

    static void role(Node role) {
        role.child("rules").items().forEach(rule -> rule(rule, true));
    }

    static void clusterRole(Node role) {
        role.child("rules").items().forEach(rule -> rule(rule, false));
        Node aggregation = role.child("aggregationRule");
        if (!aggregation.isSet()) {
            return;
        }
        Node selectors = aggregation.child("clusterRoleSelectors");
        if (selectors.isEmpty()) {
            selectors.required(
                    "at least one clusterRoleSelector required if aggregationRule is" + " non-nil");
        }
        for (Node selector : selectors.items()) {
            Common.labelSelector(selector);
            if (Common.selectorOf(selector) == null) {
                selector.invalid(JsonNull.NULL, "invalid label selector.");
            }
        }
    }

    private static void rule(Node rule, boolean namespaced) {
        if (rule.child("verbs").isEmpty()) {
            rule.child("verbs").required("verbs must contain at least one value");
        }
        Node urls = rule.child("nonResourceURLs");
        if (!urls.isEmpty()) {
            if (namespaced) {
                urls.invalid("namespaced rules cannot apply to non-resource URLs");
            }
            boolean resources =
                    !rule.child("apiGroups").isEmpty()
                            || !rule.child("resources").isEmpty()
                            || !rule.child("resourceNames").isEmpty();
            if (resources) {
                urls.invalid("rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (rule.child("apiGroups").isEmpty()) {
            rule.child("apiGroups").required("resource rules must supply at least one api group");
        }
        if (rule.child("resources").isEmpty()) {
            rule.child("resources").required("resource rules must supply at least one resource");
        }
    }

    static void roleBinding(Node binding) {
        binding(binding, true);
    }

    static void clusterRoleBinding(Node binding) {
        binding(binding, false);
    }

    private static void binding(Node binding, boolean namespaced) {
        Node role = binding.child("roleRef");
        role.child("apiGroup").with(role.child("apiGroup").json()).oneOf(GROUP);
        if (!role.child("apiGroup").isSet()) {
            role.child("apiGroup").unsupported(GROUP);
        }
        Node kind = role.child("kind");
        List<String> kinds = namespaced ? List.of("Role", "ClusterRole") : List.of("ClusterRole");
        if (!kinds.contains(kind.text())) {
            kind.unsupported(Json.of(kind.text()), kinds);
        }
        Node name = role.child("name");
        if (name.isEmpty()) {
            name.required();
        } else {
            name.invalidAll(Names.pathSegment(name.text()));
        }
        for (Node subject : binding.child("subjects").items()) {
            subject(subject, namespaced);
        }
    }

    private static void subject(Node subject, boolean namespaced) {
        Node name = subject.child("name");
        if (name.isEmpty()) {
            name.required();
        }
        Node group = subject.child("apiGroup");
        switch (subject.child("kind").text()) {
            case "ServiceAccount" -> {
                if (!name.isEmpty()) {
                    Common.dnsSubdomain(name);
                }
                if (!group.isEmpty()) {
                    group.unsupported("");
                }
                if (!namespaced && subject.child("namespace").isEmpty()) {
                    subject.child("namespace").required();
                }
            }
            case "User", "Group" -> {
                if (!group.text().equals(GROUP)) {
                    group.unsupported(GROUP);
                }
            }
            default -> subject.child("kind").unsupported("ServiceAccount", "User", "Group");
        }
    }

    static void bindingUpdate(Node after, JsonObject before) {
        Node role = after.child("roleRef");
        if (!role.object().equals(before.object("roleRef"))) {
            role.invalid(role.object(), "cannot change roleRef");
        }
    }
}
