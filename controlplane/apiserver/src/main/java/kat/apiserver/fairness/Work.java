package kat.apiserver.fairness;

import java.time.Duration;

/// What a request is likely to cost: how many seats it takes, and how many of them it keeps for
/// a while after its end, since what it wrote goes on to be told.
///
/// | request | seats | afterwards |
/// |---|---|---|
/// | a list, the first events of a watch | one for each 100 kB, ten at most | none |
/// | a write that ten or more watch | one | one for each ten, for 5 ms; fewer for longer |
/// | any other | one | none |
///
/// No request takes more than its level allows ([PriorityLevel#mostSeats]).
///
/// @param seats 1 or more
/// @param after how many seats are kept at the end; 0 or more
/// @param latency for how long they are
///
/// **Source:** `apiserver/pkg/util/flowcontrol/request`, with the estimate by size; KEP-1040.
public record Work(int seats, int after, Duration latency) {

    /// What most requests cost.
    public static final Work ONE = new Work(1, 0, Duration.ZERO);

    /// More than any estimate.
    static final int MOST = 10;

    private static final long BYTES_PER_SEAT = 100_000;

    /// No more of a list is in memory at once, for it is sent as it is written.
    private static final long MOST_BYTES = MOST * BYTES_PER_SEAT;

    private static final int WATCHES_PER_SEAT = 10;
    private static final Duration EVENT = Duration.ofMillis(5);

    /// @param entries how many are stored; 0 when that is not known
    /// @param bytes how many all of them have
    /// @param limit how many are wanted; 0 for all
    public static Work ofList(long entries, long bytes, long limit) {
        if (entries == 0) {
            return ONE;
        }
        long wanted = limit > 0 ? Math.min(limit, entries) : entries;
        long size = Math.min(MOST_BYTES, (long) (bytes * (wanted / (double) entries)));
        return new Work((int) Math.max(1, Math.ceilDiv(size, BYTES_PER_SEAT)), 0, Duration.ZERO);
    }

    /// @param watches how many are told of the write
    public static Work ofWrite(int watches) {
        return watches < WATCHES_PER_SEAT
                ? ONE
                : new Work(1, Math.ceilDiv(watches, WATCHES_PER_SEAT), EVENT);
    }

    /// The same with fewer seats: what is kept for a moment is kept longer then.
    ///
    /// @param most 1 or more
    Work within(int most) {
        int fewer = Math.min(after, most);
        Duration longer = fewer == 0 ? latency : latency.multipliedBy(after).dividedBy(fewer);
        return new Work(Math.min(seats, most), fewer, longer);
    }

    /// How many seats it needs to begin.
    int width() {
        return Math.max(seats, after);
    }
}
