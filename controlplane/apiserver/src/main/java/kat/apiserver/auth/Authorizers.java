package kat.apiserver.auth;

import java.util.ArrayList;
import java.util.List;

/// Several authorizers in their order: the first that allows or denies decides; otherwise all
/// their reasons are told.
///
/// **Threads:** as its parts.
///
/// **Source:** `apiserver/pkg/authorization/union`.
public record Authorizers(List<Authorizer> parts) implements Authorizer {

    public Authorizers {
        parts = List.copyOf(parts);
    }

    @Override
    public boolean mayBlock() {
        return parts.stream().anyMatch(Authorizer::mayBlock);
    }

    @Override
    public Decision authorize(User user, Action action) {
        List<String> reasons = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Authorizer part : parts) {
            Decision decision = part.authorize(user, action);
            if (decision.allowed() || decision.isDenial()) {
                return decision;
            }
            if (!decision.reason().isEmpty()) {
                reasons.add(decision.reason());
            }
            if (!decision.fault().isEmpty()) {
                faults.add(decision.fault());
            }
        }
        String fault =
                faults.size() > 1 ? "[" + String.join(", ", faults) + "]" : String.join("", faults);
        return new Decision(false, String.join("\n", reasons), false, fault);
    }
}
