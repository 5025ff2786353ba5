package kat.base.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class KeptTest {

    private final Metrics metrics = new Metrics();
    private final Series<LongAdder> calls =
            metrics.adders(Metric.counter("calls_total", "Calls.", "unit"));
    private final Kept<TimeUnit, LongAdder> kept = new Kept<>(unit -> calls.of(unit.name()));

    @Test
    void tellsOnlyWhatHappened() {
        kept.of(TimeUnit.DAYS).increment();

        List<String> told =
                metrics.text().lines().filter(line -> line.startsWith("calls_total")).toList();

        assertEquals(List.of("calls_total{unit=\"DAYS\"} 1"), told);
    }

    @Test
    void givesWhatTheSeriesHas() {
        assertSame(calls.of("DAYS"), kept.of(TimeUnit.DAYS));
    }
}
