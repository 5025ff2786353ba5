package kat.ingress.route;

/// What becomes of a request.
public sealed interface Verdict {

    /// It is passed on.
    record Forward() implements Verdict {}

    /// @param location absolute, or a path
    record Redirect(int code, String location) implements Verdict {}

    /// @param challenge value of `WWW-Authenticate`; empty for none
    record Refuse(int code, String message, String challenge) implements Verdict {}

    /// A browser asks what another site's page may do.
    record Preflight() implements Verdict {}

    /// The password is not known yet; checking it takes long. Passed on when it is right, refused
    /// with `otherwise` when not.
    record Verify(Users users, String name, String password, Refuse otherwise) implements Verdict {}

    Verdict FORWARD = new Forward();
    Verdict PREFLIGHT = new Preflight();
}
