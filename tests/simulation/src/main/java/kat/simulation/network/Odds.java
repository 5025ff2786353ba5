package kat.simulation.network;

import java.time.Duration;
import kat.base.Randomness;

/// How often the network fails, each in 10,000 calls or messages.
///
/// @param lostRequests that do not reach the server
/// @param lostAnswers to requests that were carried out
/// @param doubledRequests that are carried out twice
/// @param lateCalls that take [#LATE] at most instead of [#USUAL]
/// @param brokenWatches that end with a message's arrival
/// @param stalledWatches that fall silent for [#STALL] at most
public record Odds(
        int lostRequests,
        int lostAnswers,
        int doubledRequests,
        int lateCalls,
        int brokenWatches,
        int stalledWatches) {

    static final Duration USUAL = Duration.ofMillis(4);
    static final Duration LATE = Duration.ofSeconds(3);
    static final Duration STALL = Duration.ofSeconds(20);

    private static final int WHOLE = 10_000;

    public static final Odds NONE = new Odds(0, 0, 0, 0, 0, 0);

    /// A network that fails often enough for a short run.
    public static final Odds BAD = new Odds(100, 100, 50, 200, 100, 50);

    static boolean happens(int odds, Randomness chance) {
        return odds > 0 && chance.nextInt(WHOLE) < odds;
    }

    /// A span up to `most`, by microseconds.
    static Duration upTo(Duration most, Randomness chance) {
        return Duration.ofNanos(1000L * (1 + chance.nextInt((int) (most.toNanos() / 1000))));
    }
}
