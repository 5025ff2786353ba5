package kat.apiserver.auth;

import java.util.List;

/// Several authorizers in their order: the first that allows decides; otherwise all their reasons
/// are told.
///
/// **Threads:** as its parts.
///
/// **Source:** `apiserver/pkg/authorization/union`.
public record Authorizers(List<Authorizer> parts) implements Authorizer {

    public Authorizers {
        parts = List.copyOf(parts);
    }

    @Override
    public Decision authorize(User user, Action action) {
        String reasons = "";
        for (Authorizer part : parts) {
            Decision decision = part.authorize(user, action);
            if (decision.allowed()) {
                return decision;
            }
            boolean both = !reasons.isEmpty() && !decision.reason().isEmpty();
            reasons = reasons + (both ? "\n" : "") + decision.reason();
        }
        return new Decision(false, reasons);
    }
}
