package kat.controllers.daemonset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FailedPodsTest {

    private final FailedPods failed = new FailedPods();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void theTimeGrowsToAQuarterOfAnHour() {
        Duration longest = failed.remove("a", now);
        for (int i = 0; i < 20; i++) {
            longest = failed.remove("a", now);
            now = now.plus(longest);
            assertEquals(Duration.ZERO, failed.remove("a", now));
        }

        assertEquals(FailedPods.LONGEST, longest);
    }

    @Test
    void aNodeBeginsAnewAfterHalfAnHourWithoutFailures() {
        failed.remove("a", now);
        now = now.plus(FailedPods.FIRST);
        failed.remove("a", now);

        now = now.plus(FailedPods.LONGEST.multipliedBy(2)).plusSeconds(1);

        assertEquals(Duration.ZERO, failed.remove("a", now));
        assertEquals(FailedPods.FIRST, failed.remove("a", now));
    }
}
