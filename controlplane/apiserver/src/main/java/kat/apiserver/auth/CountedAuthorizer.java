package kat.apiserver.auth;

import kat.apiserver.measure.CredentialMetrics.Decisions;

/// One of those who decide, whose decisions are counted.
///
/// **Threads:** as the other.
public record CountedAuthorizer(Authorizer other, Decisions counted) implements Authorizer {

    @Override
    public boolean mayBlock() {
        return other.mayBlock();
    }

    @Override
    public Decision authorize(User user, Action action) {
        Decision decision = other.authorize(user, action);
        if (decision.allowed()) {
            counted.allowed().increment();
        } else if (decision.isDenial()) {
            counted.denied().increment();
        }
        return decision;
    }
}
