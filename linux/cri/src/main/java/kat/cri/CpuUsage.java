package kat.cri;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Processor time.
///
/// @param usageCoreNanoseconds since the start
/// @param usageNanoCores the present rate; null when the runtime does not tell
public record CpuUsage(Instant at, long usageCoreNanoseconds, @Nullable Long usageNanoCores) {}
