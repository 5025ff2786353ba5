package kat.apiserver.actions;

import kat.api.Status;
import kat.api.StatusException;

/// The refusal of a path that leads nowhere.
final class NoSuch {

    private NoSuch() {}

    /// @throws StatusException 400 when no object is named
    static void requireName(String name) {
        if (name.isEmpty()) {
            throw Status.badRequest("Name parameter required.").asException();
        }
    }

    static StatusException subresource() {
        return new Status(
                        404,
                        "NotFound",
                        "the server could not find the requested resource",
                        Status.Details.NONE)
                .asException();
    }
}
