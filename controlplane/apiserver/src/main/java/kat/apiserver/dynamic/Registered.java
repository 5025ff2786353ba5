package kat.apiserver.dynamic;

import java.util.List;

/// Everything that is registered at one time, in the order in which it acts: sorted by the names of
/// configurations and policies.
///
/// @param mutatingPolicies those with bindings
/// @param validatingPolicies those with bindings
record Registered(
        List<Webhook> mutatingWebhooks,
        List<Webhook> validatingWebhooks,
        List<Bound> mutatingPolicies,
        List<Bound> validatingPolicies) {

    /// A policy and where it acts.
    record Bound(Policy policy, List<PolicyBinding> bindings) {}

    boolean changesNothing() {
        return mutatingWebhooks.isEmpty() && mutatingPolicies.isEmpty();
    }

    boolean decidesNothing() {
        return validatingWebhooks.isEmpty() && validatingPolicies.isEmpty();
    }
}
