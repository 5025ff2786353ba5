package kat.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class CpuRatesTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long SECOND = 1_000_000_000;

    private final CpuRates rates = new CpuRates();

    @Test
    void theFirstLookMeasuresFromTheStart() {
        assertEquals(SECOND / 2, rate(10, 5 * SECOND));
    }

    @Test
    void laterLooksMeasureFromTheOneBefore() {
        rate(10, 5 * SECOND);

        assertEquals(SECOND, rate(20, 15 * SECOND));
        assertEquals(0, rate(30, 15 * SECOND));
    }

    @Test
    void looksThatFollowClosePassForOne() {
        rate(10, 0);
        rate(20, 10 * SECOND);

        assertEquals(SECOND, rate(21, 11 * SECOND));
        assertEquals(SECOND, rate(22, 12 * SECOND));
    }

    @Test
    void beginsAgainWhenTheCountDoes() {
        rate(10, 9 * SECOND);

        assertEquals(SECOND / 20, rate(20, SECOND));
    }

    private long rate(long seconds, long nanoseconds) {
        return rates.rate("id", START.plusSeconds(seconds), nanoseconds, START);
    }
}
