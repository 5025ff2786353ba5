package kat.api.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.names.Names;
import kat.api.policy.PolicyCompiler.Inputs;
import kat.api.validation.Common;
import kat.api.validation.Node;

/// The rules for what a webhook or policy applies to.
///
/// **Source:** `pkg/apis/admissionregistration/validation/validation.go`.
final class MatchRules {

    static final String[] OPERATIONS = {"*", "CONNECT", "CREATE", "DELETE", "UPDATE"};
    static final String[] POLICIES = {"Equivalent", "Exact"};

    private static final int MOST_CONDITIONS = 64;
    private static final String ALL = "*";

    private MatchRules() {}

    static void rules(Node rules) {
        rules.items().forEach(MatchRules::rule);
    }

    private static void rule(Node rule) {
        Node operations = rule.child("operations");
        notEmpty(operations, "operations");
        for (Node operation : operations.items()) {
            operation.oneOf(OPERATIONS);
        }
        notEmpty(rule.child("apiGroups"), "API groups");
        Node versions = rule.child("apiVersions");
        notEmpty(versions, "API versions");
        for (Node version : versions.items()) {
            if (version.isEmpty()) {
                version.required();
            }
        }
        resources(rule.child("resources"));
        rule.child("scope").oneOf("*", "Cluster", "Namespaced");
    }

    private static void notEmpty(Node list, String what) {
        if (list.isEmpty()) {
            list.required();
        }
        if (list.list().size() > 1 && list.list().strings().contains(ALL)) {
            list.invalid("if '*' is present, must not specify other " + what);
        }
    }

    private static void resources(Node resources) {
        if (resources.isEmpty()) {
            resources.required();
        }
        Set<String> wholeResources = new HashSet<>();
        Set<String> wholeParts = new HashSet<>();
        boolean plain = false;
        for (Node each : resources.items()) {
            String text = each.text();
            int slash = text.indexOf('/');
            if (text.isEmpty()) {
                each.required();
            } else if (slash < 0) {
                plain = !text.equals(ALL);
            } else {
                String resource = text.substring(0, slash);
                String part = text.substring(slash + 1);
                excludes(each, wholeResources.contains(resource), resource + "/*");
                excludes(each, wholeParts.contains(part), "*/" + part);
                if (part.equals(ALL)) {
                    wholeResources.add(resource);
                }
                if (resource.equals(ALL)) {
                    wholeParts.add(part);
                }
            }
        }
        List<String> all = resources.list().strings();
        if (all.size() > 1 && all.contains("*/*")) {
            resources.invalid("if '*/*' is present, must not specify other resources");
        }
        if (all.contains(ALL) && plain) {
            resources.invalid(
                    "if '*' is present, must not specify other resources without subresources");
        }
    }

    private static void excludes(Node resource, boolean excluded, String present) {
        if (excluded) {
            resource.invalid(
                    "if '" + present + "' is present, must not specify " + resource.text());
        }
    }

    /// `matchConstraints` of a policy or `matchResources` of a binding.
    static void resources(Node match, boolean isRequired) {
        if (!match.isSet()) {
            if (isRequired) {
                match.required();
            }
            return;
        }
        Node policy = match.child("matchPolicy");
        if (policy.isSet()) {
            policy.oneOf(POLICIES);
        } else {
            policy.required();
        }
        for (String selector : List.of("namespaceSelector", "objectSelector")) {
            if (!match.has(selector)) {
                match.child(selector).required();
            }
            Common.labelSelector(match.child(selector));
        }
        for (String rules : List.of("resourceRules", "excludeResourceRules")) {
            for (Node rule : match.child(rules).items()) {
                names(rule.child("resourceNames"));
                rule(rule);
            }
        }
    }

    private static void names(Node names) {
        Set<Json> seen = new HashSet<>();
        for (Node name : names.items()) {
            name.invalidAll(Names.pathSegment(name.text()));
            if (!seen.add(name.json())) {
                name.duplicate();
            }
        }
    }

    static void conditions(Node conditions, Inputs inputs) {
        int count = conditions.list().size();
        if (count > MOST_CONDITIONS) {
            conditions.tooMany(count, MOST_CONDITIONS);
        }
        Set<String> seen = new HashSet<>();
        for (Node condition : conditions.items()) {
            Node expression = condition.child("expression");
            String text = expression.text().strip();
            if (text.isEmpty()) {
                expression.required();
            } else {
                compile(expression.with(Json.of(text)), Returns.BOOL, inputs);
            }
            Node name = condition.child("name");
            if (name.isEmpty()) {
                name.required();
                continue;
            }
            Common.qualifiedName(name);
            if (!seen.add(name.text())) {
                name.duplicate();
            }
        }
    }

    private static void compile(Node expression, Returns returns, Inputs inputs) {
        Compiled compiled = PolicyCompiler.of(false).compile(expression.text(), returns, inputs);
        PolicyRules.report(expression, compiled);
    }
}
