package kat.apiserver.auth;

import java.util.List;

/// Who may come without showing anything.
///
/// @param paths to which only; empty for all
///
/// **Source:** `apiserver/pkg/authentication/request/anonymous`.
public record Anonymous(boolean enabled, List<String> paths) {

    /// Everybody, as in Kubernetes: what they may do is a matter of permissions.
    public static final Anonymous ALLOWED = new Anonymous(true, List.of());

    public Anonymous {
        paths = List.copyOf(paths);
    }

    boolean admits(String path) {
        return enabled && (paths.isEmpty() || paths.contains(path));
    }
}
