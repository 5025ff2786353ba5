package kat.apiserver.registry;

import java.util.List;
import kat.api.Kind;
import kat.api.Status;

/// Why a list or a watch cannot be answered, in Kubernetes' words.
public final class ListFailures {

    private ListFailures() {}

    /// @param first whether the client asked for a revision; otherwise it came with a token
    public static Status expired(boolean first) {
        return first
                ? Status.expired("The resourceVersion for the provided list is too old.")
                : Status.expired(
                        "The provided continue parameter is too old to display a consistent list"
                                + " result. You can start a new list without the continue"
                                + " parameter.");
    }

    public static Status watchExpired(long asked, long oldest) {
        return Status.expired("too old resource version: " + asked + " (" + oldest + ")");
    }

    /// A revision that has not been reached.
    public static Status tooLarge(long asked, long current) {
        return tooLarge(asked, current, 1);
    }

    /// A revision that has not been reached. Kubernetes says when to come again for the kinds
    /// that it answers from its cache, which are all but Events.
    public static Status tooLarge(Kind kind, long asked, long current) {
        boolean isEvent = List.of("events", "events.events.k8s.io").contains(kind.resource());
        return tooLarge(asked, current, isEvent ? 0 : 1);
    }

    private static Status tooLarge(long asked, long current, int retrySeconds) {
        Status.Cause cause =
                new Status.Cause("ResourceVersionTooLarge", "Too large resource version", "");
        return new Status(
                504,
                "Timeout",
                "Timeout: Too large resource version: " + asked + ", current: " + current,
                new Status.Details("", "", "", "", List.of(cause), retrySeconds));
    }
}
