package kat.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class EchoesTest {

    private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    private final FakeTicker ticker = new FakeTicker(START);
    private final List<Long> ran = new ArrayList<>();
    private final Echoes echoes =
            new Echoes(
                    List.of(Duration.ofSeconds(1), Duration.ofSeconds(5)),
                    ticker,
                    () -> ran.add(Duration.between(START, ticker.now()).toMillis()));

    @Test
    void runAfterAChange() {
        echoes.changed();
        ticker.advance(Duration.ofMinutes(1));

        assertEquals(List.of(1000L, 5000L), ran);
    }

    /// A rule that is new would not be read while pods come and go.
    @Test
    void runAlsoWhileChangesNeverCease() {
        for (int i = 0; i < 12; i++) {
            echoes.changed();
            ticker.advance(Duration.ofMillis(500));
        }

        assertEquals(List.of(1000L, 2000L, 3000L, 4000L, 5000L, 5000L, 6000L), ran);
    }

    @Test
    void runAgainForWhatChangedWhileTheyWaited() {
        echoes.changed();
        ticker.advance(Duration.ofMillis(4_500));
        echoes.changed();
        ran.clear();
        ticker.advance(Duration.ofMinutes(1));

        assertEquals(List.of(5000L, 5500L, 10_000L), ran);
    }

    @Test
    void runNoMoreOnceClosed() {
        echoes.changed();
        echoes.close();
        ticker.advance(Duration.ofMinutes(1));

        assertEquals(List.of(), ran);
    }
}
