package kat.logging.output;

import java.io.IOException;

/// How a store is told who sends.
///
/// **Threads:** any.
@FunctionalInterface
public interface SignIn {

    /// Of stores that ask nobody.
    SignIn NONE = () -> "";

    /// What the header `authorization` says now; asked for each request, since it may change.
    ///
    /// @return empty for no header
    /// @throws IOException why that cannot be known
    String authorization() throws IOException;
}
