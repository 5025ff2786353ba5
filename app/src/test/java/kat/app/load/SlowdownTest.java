package kat.app.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What counts as a client that a flood holds up.
class SlowdownTest {

    private static Figure median(double millis, int errors) {
        Duration median = Duration.ofNanos((long) (millis * 1e6));
        return new Figure("create", 1, 100, errors, Duration.ofSeconds(1), median, median);
    }

    @Test
    void comparesTheMiddleBesideTheFloodHereAndElsewhere() {
        var slowed = new Flood.Slowdown("gets", median(4, 0), median(9, 0));

        assertEquals(2.25, slowed.times(), 1e-9);
        assertFalse(slowed.within(2));
        assertTrue(slowed.within(2.25));
    }

    @Test
    void isNotWithinTheBoundWhenTheClientWasRefused() {
        assertFalse(new Flood.Slowdown("gets", median(4, 0), median(4, 1)).within(2));
        assertTrue(new Flood.Slowdown("gets", median(4, 1), median(4, 0)).within(2));
    }

    @Test
    void aFigureOfNothingIsNotDividedBy() {
        assertFalse(new Flood.Slowdown("gets", median(0, 0), median(1, 0)).within(2));
    }
}
