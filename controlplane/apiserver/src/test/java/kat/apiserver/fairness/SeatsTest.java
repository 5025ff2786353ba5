package kat.apiserver.fairness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class SeatsTest {

    private static final int SEATS = 8;

    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private Seats seats = new Seats(SEATS, ticker);
    private final List<String> seen = new ArrayList<>();
    private final Map<String, Deque<Flow.Seat>> entered = new HashMap<>();

    @Test
    void letsInAtOnceWhatFindsASeat() {
        seats.configure(List.of(level("a", 1, 1)));

        enter(flow("a", 1), "first");

        assertEquals(List.of("first"), seen);
    }

    @Test
    void tellsWithoutALockWhetherALevelIsFull() {
        seats.configure(List.of(level("a", 1, 1)));
        fill("a", 1, SEATS - 1);
        assertFalse(seats.isFull("a"));

        enter(flow("a", 1), "last");
        assertTrue(seats.isFull("a"));
        enter(flow("a", 1), "waits");
        leave("a");
        assertTrue(seats.isFull("a"), "the one that waited has the seat");
        leave("a");

        assertFalse(seats.isFull("a"));
    }

    @Test
    void letsInTheNextWhenASeatIsGivenBack() {
        seats.configure(List.of(level("a", 1, 1)));
        fill("a", 1, SEATS);
        enter(flow("a", 1), "next");
        assertEquals(List.of(), seen);

        leave("a");

        assertEquals(List.of("next"), seen);
    }

    @Test
    void refusesWhatFindsItsQueueFull() {
        seats.configure(List.of(level("a", 1, 1)));
        fill("a", 1, SEATS + 2);

        enter(flow("a", 1), "third");

        assertEquals(List.of("third QUEUE_FULL"), seen);
    }

    @Test
    void refusesAtOnceInALevelWithoutQueues() {
        seats.configure(List.of(level("a", 1, 0)));
        fill("a", 1, SEATS);

        enter(flow("a", 1, 0), "late");

        assertEquals(List.of("late CONCURRENCY_LIMIT"), seen);
    }

    @Test
    void refusesWhatHasWaitedTooLong() {
        seats.configure(List.of(level("a", 1, 1)));
        fill("a", 1, SEATS);
        enter(flow("a", 1), "patient");

        ticker.advance(Seats.LONGEST_WAIT);
        leave("a");

        assertEquals(List.of("patient TIME_OUT"), seen);
    }

    @Test
    void takesTurnsBetweenFlowsOfALevel() {
        seats.configure(List.of(level("a", 1, 64)));
        long quiet = flowWithOtherQueue(1);
        fill("a", 1, SEATS);
        enter(flow("a", 1, 64), "flood 1");
        enter(flow("a", 1, 64), "flood 2");
        enter(flow("a", quiet, 64), "quiet");

        leave("a");
        leave("a");

        assertTrue(seen.contains("quiet"), seen.toString());
        assertEquals(2, seen.size());
    }

    @Test
    void lendsSeatsButKeepsThoseThatALevelDoesNotLend() {
        // Each has four seats; b lends half of them.
        seats.configure(List.of(level("a", 1, 1), lending("b", 1, 50)));

        fill("a", 1, SEATS - 2);
        enter(flow("a", 1), "a waits");
        enter(flow("b", 1), "b enters");
        enter(flow("b", 1), "b enters too");

        assertEquals(List.of("b enters", "b enters too"), seen);
    }

    @Test
    void givesAFreeSeatToTheLevelThatUsesLeastOfItsOwn() {
        seats.configure(List.of(lending("a", 1, 100), lending("b", 1, 100)));
        fill("a", 1, SEATS);
        enter(flow("a", 1), "a");
        enter(flow("b", 1), "b");

        leave("a");

        assertEquals(List.of("b"), seen);
    }

    @Test
    void goesOnWithWhoWaitsInALevelThatIsGone() {
        seats.configure(List.of(level("a", 1, 1)));
        fill("a", 1, SEATS);
        enter(flow("a", 1), "late");

        seats.configure(List.of(level("b", 1, 1)));
        leave("a");

        assertEquals(List.of("late"), seen);
    }

    private static Work wide(int seats) {
        return new Work(seats, 0, Duration.ZERO);
    }

    /// Of many seats, so that one request may take three of them.
    private Seats many() {
        Seats many = new Seats(40, ticker);
        many.configure(List.of(lending("a", 1, 100), lending("b", 1, 100)));
        return many;
    }

    @Test
    void takesAsManySeatsAsARequestCosts() {
        seats = many();
        for (int i = 0; i < 9; i++) {
            enter(flow("a", 1), wide(3), "");
        }
        // Nine times three and eleven are 38.
        for (int i = 0; i < 11; i++) {
            enter(flow("b", 1), "");
        }
        seen.clear();

        enter(flow("a", 1), wide(4), "more than is left");
        assertEquals(List.of(), seen);
        leave("b");

        assertEquals(List.of("more than is left"), seen);
    }

    @Test
    void letsNoRequestTakeMoreThanItsLevelAllows() {
        seats = many();

        for (int i = 0; i < 13; i++) {
            enter(flow("a", 1), wide(100), Integer.toString(i));
        }

        // A level of twenty seats gives each request three at most.
        assertEquals(13, seen.size(), seen.toString());
    }

    @Test
    void savesSeatsForOneThatNeedsSeveral() {
        seats = many();
        for (int i = 0; i < 40; i++) {
            enter(flow("b", 1), "");
        }
        enter(flow("a", 1), wide(3), "wide");
        enter(flow("b", 1), "narrow");
        leave("b");
        leave("b");
        assertEquals(List.of(), seen);

        leave("b");

        assertEquals(List.of("wide"), seen);
    }

    @Test
    void letsInWhatStoodBehindAWideOneThatHasWaitedTooLong() {
        seats = many();
        for (int i = 0; i < 38; i++) {
            enter(flow("a", 1), "");
        }
        enter(flow("a", 1), wide(3), "wide");
        ticker.advance(Duration.ofSeconds(1));
        enter(flow("a", 1), "narrow");
        assertEquals(List.of(), seen);

        ticker.advance(Seats.LONGEST_WAIT.minusSeconds(1));

        assertEquals(List.of("wide TIME_OUT", "narrow"), seen);
    }

    @Test
    void whatWaitsTakesNoMoreThanItsLevelAllowsByThen() {
        seats = many();
        for (int i = 0; i < 40; i++) {
            enter(flow("b", 1), "");
        }
        Flow flow = flow("a", 1);
        enter(flow, wide(3), "wide");
        assertEquals(3, flow.tally().waitingSeats.sum());

        // Two seats of its own, of which one request may take one, and none of others.
        PriorityLevel less = new PriorityLevel("a", "a", false, 1, 100, 0, 1, 1, 2);
        seats.configure(List.of(less, lending("b", 19, 100)));
        leave("b");

        assertEquals(List.of("wide"), seen);
        assertEquals(0, flow.tally().waitingSeats.sum());
        assertEquals(1, flow.tally().executingSeats.sum());
    }

    @Test
    void aFlowOfWideRequestsHoldsUpNoNarrowOne() {
        seats = new Seats(40, ticker);
        seats.configure(List.of(level("a", 1, 64)));
        long other = flowWithOtherQueue(1);
        for (int i = 0; i < 8; i++) {
            enter(flow("a", 1, 64), wide(6), "");
        }

        for (int i = 0; i < 4; i++) {
            enter(flow("a", other, 64), "narrow");
        }
        enter(flow("a", other, 64), "more than is left");
        leave("a");

        assertEquals(List.of("narrow", "narrow", "narrow", "narrow", "more than is left"), seen);
    }

    @Test
    void keepsSeatsForAWhileAfterAWriteThatManyWatch() {
        seats.configure(List.of(level("a", 1, 0), level("b", 1, 0)));
        Work write = Work.ofWrite(30);
        enter(flow("a", 1, 0), write, "write");
        leave("a");

        for (int i = 0; i < SEATS; i++) {
            enter(flow("a", 1, 0), "");
        }
        ticker.advance(write.latency());
        seen.clear();
        enter(flow("a", 1, 0), "later");

        assertEquals(List.of("later"), seen);
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
            enter(flow(level, hash), "");
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

    private void enter(Flow flow, String name) {
        enter(flow, Work.ONE, name);
    }

    private void enter(Flow flow, Work work, String name) {
        seats.enter(flow, work, guest(flow.level().name(), name));
    }

    private void leave(String level) {
        entered.getOrDefault(level, new ArrayDeque<>()).removeFirst().leave();
    }

    private Flow.Guest guest(String level, String name) {
        return new Flow.Guest() {
            @Override
            public void enter(Flow.Seat seat) {
                entered.computeIfAbsent(level, _ -> new ArrayDeque<>()).addLast(seat);
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
