package kat.apiserver.auth;

/// Tells who a bearer token of one sort is.
///
/// **Threads:** any; [#login] may wait for something outside the process.
public interface TokenLogin {

    /// What is known without waiting.
    ///
    /// @return [Login#ABSENT] when that is nothing
    Login known(String token);

    /// @return [Login#ABSENT] when the token is of another sort
    Login login(String token);
}
