package kat.logging.program;

/// Who may read whose lines: exactly who may `get pods/log` there.
@FunctionalInterface
interface Rights {

    /// @param namespace empty for all namespaces
    boolean mayRead(User user, String namespace);
}
