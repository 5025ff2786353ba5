package kat.cri;

import java.util.List;

/// How the runtime fares: the conditions `RuntimeReady` and `NetworkReady` and perhaps others.
public record RuntimeStatus(List<Condition> conditions) {

    public RuntimeStatus {
        conditions = List.copyOf(conditions);
    }

    /// One statement about the runtime.
    ///
    /// @param reason one word when `status` is false; else empty
    public record Condition(String type, boolean status, String reason, String message) {}

    /// Whether the condition `type` is there and true.
    public boolean is(String type) {
        return conditions.stream().anyMatch(c -> c.type().equals(type) && c.status());
    }
}
