package kat.client.node;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Which part of a container's log, and how.
///
/// @param follow whether the stream goes on until the container ends
/// @param previous whether the log of the instance before the present one is meant
/// @param timestamps whether each line begins with its RFC 3339 time with nanoseconds
/// @param since only lines from then on; null for all
/// @param tailLines only so many lines at the end; negative for all
/// @param limitBytes at most so many bytes; negative for no limit
/// @param stream `All`, `Stdout` or `Stderr`
///
/// **Source:** `PodLogOptions` of the core API.
public record LogOptions(
        boolean follow,
        boolean previous,
        boolean timestamps,
        @Nullable Instant since,
        long tailLines,
        long limitBytes,
        String stream) {

    public static final LogOptions ALL = new LogOptions(false, false, false, null, -1, -1, "All");
}
