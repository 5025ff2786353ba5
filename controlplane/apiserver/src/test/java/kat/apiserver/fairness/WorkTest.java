package kat.apiserver.fairness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WorkTest {

    private static Work list(int seats) {
        return new Work(seats, 0, Duration.ZERO);
    }

    @Test
    void aListTakesSeatsByItsSize() {
        assertEquals(list(1), Work.ofList(10, 5_000, 0));
        assertEquals(list(1), Work.ofList(100, 100_000, 0));
        assertEquals(list(2), Work.ofList(100, 100_001, 0));
        assertEquals(list(10), Work.ofList(100_000, 900_000_000, 0));
    }

    @Test
    void aPageTakesSeatsByItsPart() {
        assertEquals(list(3), Work.ofList(1_000, 1_000_000, 250));
        assertEquals(list(10), Work.ofList(1_000, 1_000_000, 5_000));
    }

    @Test
    void aListOfWhichNothingIsKnownTakesOne() {
        assertEquals(Work.ONE, Work.ofList(0, 0, 500));
    }

    @Test
    void aWriteKeepsSeatsForThoseWhoWatch() {
        assertEquals(Work.ONE, Work.ofWrite(9));
        assertEquals(new Work(1, 1, Duration.ofMillis(5)), Work.ofWrite(10));
        assertEquals(new Work(1, 3, Duration.ofMillis(5)), Work.ofWrite(25));
    }

    @Test
    void whatIsKeptInFewerSeatsIsKeptLonger() {
        Work wide = Work.ofWrite(1_000);

        assertEquals(new Work(1, 10, Duration.ofMillis(50)), wide.within(10));
        assertEquals(10, wide.within(10).width());
        assertEquals(list(4), list(10).within(4));
    }
}
