package kat.apiserver.fairness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class SeatsTest {

    private static final int SEATS = 8;

    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private final Seats seats = new Seats(SEATS, ticker);
    private final List<String> seen = new ArrayList<>();

    @Test
    void letsInAtOnceWhatFindsASeat() {
        seats.configure(List.of(level("a", 1, 1)));

        seats.enter(flow("a", 1), guest("first"));

        assertEquals(List.of("first"), seen);
    }

    @Test
    void letsInTheNextWhenASeatIsGivenBack() {
        seats.configure(List.of(level("a", 1, 1)));
        fill("a", 1, SEATS);
        seats.enter(flow("a", 1), guest("next"));
        assertEquals(List.of(), seen);

        seats.leave(flow("a", 1));

        assertEquals(List.of("next"), seen);
    }

    @Test
    void refusesWhatFindsItsQueueFull() {
        seats.configure(List.of(level("a", 1, 1)));
        fill("a", 1, SEATS + 2);

        seats.enter(flow("a", 1), guest("third"));

        assertEquals(List.of("third QUEUE_FULL"), seen);
    }

    @Test
    void refusesAtOnceInALevelWithoutQueues() {
        seats.configure(List.of(level("a", 1, 0)));
        fill("a", 1, SEATS);

        seats.enter(flow("a", 1, 0), guest("late"));

        assertEquals(List.of("late CONCURRENCY_LIMIT"), seen);
    }

    @Test
    void refusesWhatHasWaitedTooLong() {
        seats.configure(List.of(level("a", 1, 1)));
        fill("a", 1, SEATS);
        seats.enter(flow("a", 1), guest("patient"));

        ticker.advance(Seats.LONGEST_WAIT);
        seats.leave(flow("a", 1));

        assertEquals(List.of("patient TIME_OUT"), seen);
    }

    @Test
    void takesTurnsBetweenFlowsOfALevel() {
        seats.configure(List.of(level("a", 1, 64)));
        long quiet = flowWithOtherQueue(1);
        fill("a", 1, SEATS);
        seats.enter(flow("a", 1, 64), guest("flood 1"));
        seats.enter(flow("a", 1, 64), guest("flood 2"));
        seats.enter(flow("a", quiet, 64), guest("quiet"));

        seats.leave(flow("a", 1, 64));
        seats.leave(flow("a", 1, 64));

        assertTrue(seen.contains("quiet"), seen.toString());
        assertEquals(2, seen.size());
    }

    @Test
    void lendsSeatsButKeepsThoseThatALevelDoesNotLend() {
        // Each has four seats; b lends half of them.
        seats.configure(List.of(level("a", 1, 1), lending("b", 1, 50)));

        fill("a", 1, SEATS - 2);
        seats.enter(flow("a", 1), guest("a waits"));
        seats.enter(flow("b", 1), guest("b enters"));
        seats.enter(flow("b", 1), guest("b enters too"));

        assertEquals(List.of("b enters", "b enters too"), seen);
    }

    @Test
    void givesAFreeSeatToTheLevelThatUsesLeastOfItsOwn() {
        seats.configure(List.of(lending("a", 1, 100), lending("b", 1, 100)));
        fill("a", 1, SEATS);
        seats.enter(flow("a", 1), guest("a"));
        seats.enter(flow("b", 1), guest("b"));

        seats.leave(flow("a", 1));

        assertEquals(List.of("b"), seen);
    }

    @Test
    void goesOnWithWhoWaitsInALevelThatIsGone() {
        seats.configure(List.of(level("a", 1, 1)));
        fill("a", 1, SEATS);
        seats.enter(flow("a", 1), guest("late"));

        seats.configure(List.of(level("b", 1, 1)));
        seats.leave(flow("a", 1));

        assertEquals(List.of("late"), seen);
    }

    /// A hash whose only queue is not that of another.
    private static long flowWithOtherQueue(long hash) {
        long other = hash + 1;
        while (Hand.deal(other, 64, 1)[0] == Hand.deal(hash, 64, 1)[0]) {
            other++;
        }
        return other;
    }

    private void fill(String level, long hash, int count) {
        for (int i = 0; i < count; i++) {
            seats.enter(flow(level, hash), guest(""));
        }
    }

    private static PriorityLevel level(String name, int shares, int queues) {
        return new PriorityLevel(name, name, false, shares, 0, -1, queues, 1, 2);
    }

    private static PriorityLevel lending(String name, int shares, int percent) {
        return new PriorityLevel(name, name, false, shares, percent, -1, 1, 1, 2);
    }

    private static Flow flow(String level, long hash) {
        return flow(level, hash, 1);
    }

    private static Flow flow(String level, long hash, int queues) {
        FlowSchema schema = new FlowSchema("s", "s", 1, level, "ByUser", List.of());
        return new Flow(schema, level(level, 1, queues), new Tally(), hash);
    }

    private Flow.Guest guest(String name) {
        return new Flow.Guest() {
            @Override
            public void enter() {
                if (!name.isEmpty()) {
                    seen.add(name);
                }
            }

            @Override
            public void refused(Flow.Refusal why) {
                seen.add(name + " " + why);
            }
        };
    }
}
