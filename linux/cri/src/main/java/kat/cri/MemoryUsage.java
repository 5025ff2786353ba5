package kat.cri;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Memory in bytes; null where the runtime does not tell.
///
/// @param workingSetBytes what cannot be taken back without harm
/// @param availableBytes limit less working set
public record MemoryUsage(
        Instant at,
        @Nullable Long workingSetBytes,
        @Nullable Long availableBytes,
        @Nullable Long usageBytes,
        @Nullable Long rssBytes,
        @Nullable Long pageFaults,
        @Nullable Long majorPageFaults) {}
