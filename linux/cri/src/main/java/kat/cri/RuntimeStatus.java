package kat.cri;

import java.util.List;

/// How the runtime fares: the conditions `RuntimeReady` and `NetworkReady` and perhaps others.
///
/// @param handlers what it says of its ways to run containers; empty from one that says nothing, as
///     containerd before 2.0
public record RuntimeStatus(List<Condition> conditions, List<Handler> handlers) {

    public RuntimeStatus {
        conditions = List.copyOf(conditions);
        handlers = List.copyOf(handlers);
    }

    /// One statement about the runtime.
    ///
    /// @param reason one word when `status` is false; else empty
    public record Condition(String type, boolean status, String reason, String message) {}

    /// @param name empty for the usual one
    /// @param recursiveReadOnly whether mounts below a read-only one can be made so too
    /// @param userNamespaces whether pods can have users of their own
    public record Handler(String name, boolean recursiveReadOnly, boolean userNamespaces) {}

    /// Whether the condition `type` is there and true.
    public boolean is(String type) {
        return conditions.stream().anyMatch(c -> c.type().equals(type) && c.status());
    }

    /// Whether containers of a handler may have mounts that are read-only with all below.
    ///
    /// @param handler its name; empty for the usual one
    public boolean mountsReadOnlyRecursively(String handler) {
        return handlers.stream()
                .anyMatch(each -> each.name().equals(handler) && each.recursiveReadOnly());
    }

    /// Whether pods of a handler may have users of their own.
    ///
    /// @param handler its name; empty for the usual one
    public boolean hasUserNamespaces(String handler) {
        return handlers.stream()
                .anyMatch(each -> each.name().equals(handler) && each.userNamespaces());
    }
}
