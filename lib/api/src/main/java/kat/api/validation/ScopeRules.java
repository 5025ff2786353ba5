package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import kat.api.json.JsonObject;

/// The rules for the scopes of ResourceQuotas. Their faults are told at the list, not at an item.
///
/// **Source:** `validateResourceQuotaScopes` and `validateScopeSelector` of core validation.
final class ScopeRules {

    private static final Set<String> SCOPES =
            Set.of(
                    "Terminating",
                    "NotTerminating",
                    "BestEffort",
                    "NotBestEffort",
                    "PriorityClass",
                    "CrossNamespacePodAffinity",
                    "VolumeAttributesClass");

    /// Scopes that a pod is in or not, whatever values are named.
    private static final Set<String> PLAIN =
            Set.of(
                    "Terminating",
                    "NotTerminating",
                    "BestEffort",
                    "NotBestEffort",
                    "CrossNamespacePodAffinity");

    private static final Set<String> COMPUTE =
            Set.of(
                    "pods",
                    "cpu",
                    "memory",
                    "limits.cpu",
                    "limits.memory",
                    "requests.cpu",
                    "requests.memory");

    private static final Set<String> CLAIMS = Set.of("persistentvolumeclaims", "requests.storage");

    private static final String EXISTS_ONLY =
            "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating,"
                    + " ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
                    + " ResourceQuotaScopeNotBestEffort or"
                    + " ResourceQuotaScopeCrossNamespacePodAffinity";

    private ScopeRules() {}

    /// @param isStandard whether a resource's name is one that quotas know
    static void check(Node spec, Predicate<String> isStandard) {
        List<String> resources =
                spec.child("hard").entries().stream()
                        .map(Node::name)
                        .filter(isStandard)
                        .sorted()
                        .toList();
        scopes(spec.child("scopes"), resources);
        if (spec.child("scopeSelector").isSet()) {
            selector(spec, resources);
        }
    }

    private static void scopes(Node scopes, List<String> resources) {
        Set<String> seen = new HashSet<>();
        for (Node scope : scopes.items()) {
            if (!SCOPES.contains(scope.text())) {
                scopes.invalid("unsupported scope");
            }
            applied(scopes, scopes, scope.text(), resources);
            seen.add(scope.text());
        }
        conflicts(scopes, scopes, seen);
    }

    private static void applied(Node place, Node shown, String scope, List<String> resources) {
        for (String resource : resources) {
            if (!fits(scope, resource)) {
                place.invalid(shown.json(), "unsupported scope applied to resource");
            }
        }
    }

    private static boolean fits(String scope, String resource) {
        return switch (scope) {
            case "BestEffort" -> resource.equals("pods");
            case "VolumeAttributesClass" -> CLAIMS.contains(resource);
            case "Terminating",
                    "NotTerminating",
                    "NotBestEffort",
                    "PriorityClass",
                    "CrossNamespacePodAffinity" ->
                    COMPUTE.contains(resource);
            default -> true;
        };
    }

    private static void selector(Node spec, List<String> resources) {
        Node selector = spec.child("scopeSelector");
        Node list = selector.child("matchExpressions");
        Set<String> seen = new HashSet<>();
        for (Node each : list.items()) {
            JsonObject requirement = each.object();
            String scope = requirement.string("scopeName");
            Node place = list.child("scopeName").with(each.child("scopeName").json());
            if (!SCOPES.contains(scope)) {
                place.invalid("unsupported scope");
            }
            applied(list, selector, scope, resources);
            Node operator = list.child("operator").with(each.child("operator").json());
            if (PLAIN.contains(scope) && !operator.text().equals("Exists")) {
                operator.invalid(EXISTS_ONLY);
            }
            values(operator, list.child("values").with(each.child("values").json()));
            seen.add(scope);
        }
        conflicts(list, spec.child("scopes"), seen);
    }

    private static void values(Node operator, Node values) {
        switch (operator.text()) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    values.required(
                            "must be at least one value when `operator` is 'In' or 'NotIn' for"
                                    + " scope selector");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    values.invalid(
                            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for"
                                    + " scope selector");
                }
            }
            default -> operator.invalid("not a valid selector operator");
        }
    }

    private static void conflicts(Node place, Node shown, Set<String> seen) {
        boolean effort = seen.contains("BestEffort") && seen.contains("NotBestEffort");
        boolean end = seen.contains("Terminating") && seen.contains("NotTerminating");
        if (effort) {
            place.invalid(shown.json(), "conflicting scopes");
        }
        if (end) {
            place.invalid(shown.json(), "conflicting scopes");
        }
    }
}
