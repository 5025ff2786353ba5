package kat.logging.store;

import java.time.Duration;
import kat.base.Check;

/// How much is kept, and for how long. Whole segments go, the oldest first, so that up to an
/// eighth of the size or of the age goes at once.
///
/// @param mostBytes on disk, compressed and with the index; at least [#LEAST_BYTES]; default 2
///     GiB
/// @param longest how old lines may become; at least a minute; default 7 days
public record StoreLimits(long mostBytes, Duration longest) {

    public static final long LEAST_BYTES = 8L << 20;
    public static final StoreLimits DEFAULT = new StoreLimits(2L << 30, Duration.ofDays(7));

    private static final int PARTS = 8;
    private static final long LARGEST_TEXT = 64L << 20;

    /// About how much smaller lines are on disk, at the least.
    private static final int COMPRESSION = 2;

    public StoreLimits {
        Check.argument(
                mostBytes >= LEAST_BYTES, "the size must be at least " + LEAST_BYTES + " bytes");
        Check.argument(
                longest.compareTo(Duration.ofMinutes(1)) >= 0, "the age must be at least a minute");
    }

    /// The size of texts at which a segment ends.
    long segmentText() {
        return Math.min(LARGEST_TEXT, mostBytes * COMPRESSION / PARTS);
    }

    /// The age at which a segment ends.
    Duration segmentAge() {
        return longest.dividedBy(PARTS);
    }
}
