package kat.api.policy;

import java.util.HashSet;
import java.util.Set;
import kat.api.names.Names;
import kat.api.validation.Common;
import kat.api.validation.Node;

/// The rules of the bindings of admission policies.
///
/// **Source:** `pkg/apis/admissionregistration/validation/validation.go`.
final class BindingRules {

    private static final String ALONE = "name and selector are mutually exclusive";
    private static final String NOT_BOTH =
            "must not contain both Deny and Warn (repeating the same validation failure information"
                    + " in the API response and headers serves no purpose)";

    private BindingRules() {}

    static void validating(Node binding) {
        shared(binding);
        actions(binding.child("spec", "validationActions"));
    }

    static void mutating(Node binding) {
        shared(binding);
        PolicyRules.operations(binding.child("spec", "matchResources"));
    }

    private static void shared(Node binding) {
        Node spec = binding.child("spec");
        Node policy = spec.child("policyName");
        if (policy.isEmpty()) {
            policy.required();
        } else {
            Common.dnsSubdomain(policy);
        }
        if (spec.has("paramRef")) {
            parameters(spec.child("paramRef"));
        }
        MatchRules.resources(spec.child("matchResources"), false);
    }

    private static void parameters(Node reference) {
        Node name = reference.child("name");
        Node selector = reference.child("selector");
        if (!name.isEmpty()) {
            name.invalidAll(Names.pathSegment(name.text()));
            if (selector.isSet()) {
                name.forbidden(ALONE);
            }
        }
        if (selector.isSet()) {
            Common.labelSelector(selector);
            if (!name.isEmpty()) {
                selector.forbidden(ALONE);
            }
        }
        if (name.isEmpty() && !selector.isSet()) {
            reference.required("one of name or selector must be specified");
        }
        Node action = reference.child("parameterNotFoundAction");
        if (action.isEmpty()) {
            action.required();
        } else {
            action.oneOf("Deny", "Allow");
        }
    }

    private static void actions(Node actions) {
        Set<String> seen = new HashSet<>();
        for (Node action : actions.items()) {
            action.oneOf("Audit", "Deny", "Warn");
            if (!seen.add(action.text())) {
                action.duplicate();
            }
        }
        if (seen.contains("Deny") && seen.contains("Warn")) {
            actions.invalid(NOT_BOTH);
        }
        if (seen.isEmpty()) {
            actions.required("at least one validation action is required");
        }
    }
}
