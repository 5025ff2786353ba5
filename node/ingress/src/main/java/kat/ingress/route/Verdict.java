package kat.ingress.route;

/// What becomes of a request.
public sealed interface Verdict {

    /// It is passed on once the authenticator agrees, where there is one.
    record Forward() implements Verdict {}

    /// It is passed on, and no authenticator is asked.
    record Admit() implements Verdict {}

    /// @param location absolute, or a path
    record Redirect(int code, String location) implements Verdict {}

    /// @param challenge value of `WWW-Authenticate`; empty for none
    record Refuse(int code, String message, String challenge) implements Verdict {}

    /// A browser asks what another site's page may do.
    record Preflight() implements Verdict {}

    /// The password is not known yet; checking it takes long.
    ///
    /// @param right what becomes of the request when it is right
    /// @param wrong what becomes of it when it is not
    record Verify(Users users, String name, String password, Verdict right, Verdict wrong)
            implements Verdict {}

    Verdict FORWARD = new Forward();
    Verdict ADMIT = new Admit();
    Verdict PREFLIGHT = new Preflight();
}
